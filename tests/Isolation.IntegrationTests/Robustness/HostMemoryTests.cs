using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Isolation.Linux;
using Isolation.TestHost;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Nothing of the host's memory is in any process of a sandbox, though they began in it.</summary>
public sealed partial class HostMemoryTests
{
    private const int Length = 32;

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task A_secret_of_the_host_is_in_no_process_of_a_sandbox()
    {
        byte[] secret = GC.AllocateArray<byte>(Length, pinned: true);
        RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyz0123456789", Length).Select(letter => (byte)letter)
            .ToArray().CopyTo(secret, 0);
        nint native = Marshal.AllocHGlobal(Length + 1);
        try
        {
            Marshal.Copy((byte[])[.. secret, 0], 0, native, Length + 1);
            Assert.That(SetEnvironment("ISOLATION_SECRET", native, 1), Is.Zero);
            long inEnvironment = GetEnvironment("ISOLATION_SECRET");

            // The search finds what is there.
            HashSet<long> found = [.. FindInMemory(Environment.ProcessId, secret)];
            Assert.That(
                found, Is.SupersetOf(
                    new long[] { Marshal.UnsafeAddrOfPinnedArrayElement(secret, 0), native, inEnvironment }));

            using FirstByte first = new();
            using CancellationTokenSource end = new();
            await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(TestSandboxes.Standard);
            await using ISandboxProcess process = await sandbox.StartAsync(
                TestSandboxes.Shell("echo up; sleep 100000") with { StandardOutput = OutputTarget.Pipe });
            Task<SandboxResult> oneShot = LinuxSandboxProvider.Default.RunAsync(
                TestSandboxes.Standard,
                TestSandboxes.Shell("echo up; sleep 100000") with
                {
                    StandardOutput = OutputTarget.ToStream(first),
                }, end.Token);
            process.StandardOutput!.ReadByte();
            await first.Written;

            int[] inits = Processes.Children(Environment.ProcessId);
            int[] all = [.. inits, .. inits.SelectMany(Processes.Descendants)];
            Assert.That(inits, Does.Contain(sandbox.ProcessId));
            Assert.That(all, Has.Length.GreaterThanOrEqualTo(4));
            foreach (int id in all)
            {
                if (inits.Contains(id) && !Environment.IsPrivilegedProcess)
                {
                    // Init cannot be dumped: its own user, and with him the payload, may not look.
                    Assert.That(() => FindInMemory(id, secret), Throws.InstanceOf<UnauthorizedAccessException>());
                    continue;
                }

                Assert.That(FindInMemory(id, secret), Is.Empty, $"memory of {id}");
                foreach (string file in (string[])["environ", "cmdline", "maps", "auxv"])
                {
                    Assert.That(
                        File.ReadAllBytes($"/proc/{id}/{file}").AsSpan().IndexOf(secret), Is.Negative,
                        $"{file} of {id}");
                }
            }

            await end.CancelAsync();
            Assert.That((await oneShot).Outcome, Is.EqualTo(SandboxOutcome.Canceled));
            GC.KeepAlive(secret);
        }
        finally
        {
            _ = UnsetEnvironment("ISOLATION_SECRET");
            Marshal.FreeHGlobal(native);
        }
    }

    /// <summary>The addresses at which the bytes stand.</summary>
    private static List<long> FindInMemory(int process, byte[] bytes)
    {
        List<long> found = [];
        byte[] buffer = GC.AllocateUninitializedArray<byte>(1 << 20);
        using SafeFileHandle memory = File.OpenHandle($"/proc/{process}/mem");
        foreach (string line in File.ReadAllLines($"/proc/{process}/maps"))
        {
            string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            long[] ends = [.. fields[0].Split('-').Select(
                end => long.Parse(end, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
            if (!fields[1].StartsWith('r') || fields[^1] is "[vvar]" or "[vvar_vclock]" or "[vsyscall]")
            {
                continue;
            }

            for (long start = ends[0]; start < ends[1]; start += buffer.Length - Length)
            {
                int count = Read(memory, buffer.AsSpan(0, (int)Math.Min(buffer.Length, ends[1] - start)), start);
                for (int i = 0, next; (next = buffer.AsSpan(i, count - i).IndexOf(bytes)) >= 0; i += next + 1)
                {
                    found.Add(start + i + next);
                }
            }
        }

        return found;
    }

    /// <summary>
    /// Reads the readable part. A truncated file has unreadable pages, and the own heap may shrink meanwhile.
    /// </summary>
    private static int Read(SafeFileHandle memory, Span<byte> buffer, long offset)
    {
        try
        {
            return RandomAccess.Read(memory, buffer, offset);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, nint value, int overwrite);

    [LibraryImport("libc", EntryPoint = "unsetenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int UnsetEnvironment(string name);

    [LibraryImport("libc", EntryPoint = "getenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint GetEnvironment(string name);
}
