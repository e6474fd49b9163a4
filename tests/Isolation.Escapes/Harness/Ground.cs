using System.Diagnostics;
using System.Globalization;
using Isolation.Escapes.Payloads;
using Isolation.Linux;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Harness;

/// <summary>
/// The targets of one attack, created for the attack: a directory with a secret, a process, listeners. Also the parts
/// of the machine that no attack may change. Disposal removes the targets.
/// </summary>
internal sealed class Ground : IDisposable
{
    internal const string Secret = "the host's secret";
    internal const string SecretVariable = "ISOLATION_ESCAPES_SECRET";
    internal const string VictimArgument = "7654321";

    /// <summary>The id of a user that runs nothing else on the machine.</summary>
    internal const uint NobodyElse = 64901;

    private readonly Canaries _canaries;
    private readonly List<Process> _started = [];
    private Process? _victim;
    private int _programs;

    internal Ground()
    {
        Environment.SetEnvironmentVariable(SecretVariable, Secret);
        Directory = System.IO.Directory.CreateTempSubdirectory("isolation-escape-").FullName;
        File.SetUnixFileMode(Directory, UserOnly | Readable);
        Programs = System.IO.Directory.CreateDirectory(At("programs")).FullName;
        Shared = System.IO.Directory.CreateDirectory(At("shared")).FullName;
        File.SetUnixFileMode(Programs, UserOnly | Readable);
        File.SetUnixFileMode(Shared, UserOnly | Readable | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite);
        // The permissions of the file allow everything, so only its location protects it.
        SecretFile = At("secret");
        File.WriteAllText(SecretFile, Secret);
        File.SetUnixFileMode(SecretFile, (UnixFileMode)0b110_110_110);
        _canaries = new Canaries(this);
    }

    /// <summary>Gets the timeout, which is much longer than any attack.</summary>
    internal static TimeSpan Patience { get; } = TimeSpan.FromSeconds(60);

    internal static LinuxSandboxProvider Provider => LinuxSandboxProvider.Default;

    /// <summary>Gets the directory on the host with all files of the attack.</summary>
    internal string Directory { get; }

    /// <summary>Gets the directory of the payloads, which each sandbox sees read-only.</summary>
    internal string Programs { get; }

    /// <summary>Gets the directory that a sandbox can write to, if the attack requires one.</summary>
    internal string Shared { get; }

    /// <summary>Gets the path of a file that no sandbox contains.</summary>
    internal string SecretFile { get; }

    /// <summary>Gets the id of an idle process on the host, which starts on first use.</summary>
    internal int Victim => (_victim ??= StartVictim()).Id;

    internal Canaries Canaries => _canaries;

    private static UnixFileMode UserOnly => UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private static UnixFileMode Readable =>
        UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    internal static string SignalName(int number) => number switch
    {
        9 => "SIGKILL",
        11 => "SIGSEGV",
        31 => "SIGSYS",
        _ => string.Create(CultureInfo.InvariantCulture, $"signal {number}"),
    };

    internal string At(string name) => Path.Combine(Directory, name);

    /// <summary>Writes a payload to a path where every sandbox can execute it.</summary>
    internal string Install(byte[] image, string? path = null)
    {
        path ??= Path.Combine(Programs, string.Create(CultureInfo.InvariantCulture, $"payload-{++_programs}"));
        // A running program cannot be overwritten (ETXTBSY), so a new file replaces it.
        File.WriteAllBytes(path + ".new", image);
        File.SetUnixFileMode(path + ".new", UserOnly | Readable);
        File.Move(path + ".new", path, overwrite: true);
        return path;
    }

    /// <summary>Runs a payload as an ordinary process of the host.</summary>
    internal Task<PayloadRun> RunBareAsync(Payload payload) => RunBareAsync(payload, Install(payload.Image()));

    /// <summary>Runs a program of the host that becomes the payload.</summary>
    internal async Task<PayloadRun> RunBareAsync(Payload payload, string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Directory,
        };
        using Process process = await StartAsync(start).ConfigureAwait(false);
        MemoryStream output = new();
        using CancellationTokenSource patience = new(Patience);
        try
        {
            await process.StandardOutput.BaseStream.CopyToAsync(output, patience.Token).ConfigureAwait(false);
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException(
                $"The payload hangs on the host; it told: {new PayloadRun(payload, output.ToArray(), "hangs")}");
        }

        string ending = process.ExitCode > 128 ? SignalName(process.ExitCode - 128) : $"exit {process.ExitCode}";
        return new PayloadRun(payload, output.ToArray(), ending);
    }

    /// <summary>Starts a payload as a process of the host without waiting for its end.</summary>
    internal Process StartBare(Payload payload)
    {
        ProcessStartInfo start = new(Install(payload.Image()))
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Directory,
        };
        Process process = StartAsync(start).GetAwaiter().GetResult();
        _started.Add(process);
        return process;
    }

    /// <summary>Returns the arguments of setpriv that run a program as another user; requires root.</summary>
    internal static string[] AsUser(uint user, string program, params string[] arguments) =>
        [$"--reuid={user}", $"--regid={user}", "--clear-groups", program, .. arguments];

    /// <summary>Starts a process as another user and waits until it has changed to that user; requires root.</summary>
    internal Process StartAs(uint user, string program, params string[] arguments)
    {
        Process process = Process.Start("setpriv", AsUser(user, program, arguments));
        _started.Add(process);
        WaitForProgram(process, program);
        return process;
    }

    /// <summary>Waits until a process executes a program, or has ended.</summary>
    internal static void WaitForProgram(Process process, string program)
    {
        while (!process.HasExited && ReadName(process.Id) != program)
        {
            Thread.Yield();
        }

        static string ReadName(int process)
        {
            try
            {
                return File.ReadAllText($"/proc/{process}/comm").TrimEnd();
            }
            catch (IOException)
            {
                // The process has ended.
                return "";
            }
        }
    }

    /// <summary>Returns the ids of the processes whose arguments contain the text.</summary>
    internal static int[] ProcessesWith(string text)
    {
        List<int> found = [];
        foreach (string directory in System.IO.Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), CultureInfo.InvariantCulture, out int process)
                && Arguments(process).Contains(text, StringComparison.Ordinal))
            {
                found.Add(process);
            }
        }

        return [.. found];
    }

    /// <summary>Creates a sandbox of a tier that can read the payloads.</summary>
    internal async Task<Cell> OpenAsync(Tier tier, Func<SandboxBuilder, SandboxBuilder>? change = null)
    {
        // Starts the victim, whether or not the attack uses it.
        _ = Victim;
        SandboxBuilder builder = tier.Show(tier.Start(), Programs);
        builder = change?.Invoke(builder) ?? builder;
        return new Cell(this, tier, await builder.CreateAsync(Provider).ConfigureAwait(false));
    }

    /// <summary>Gets the parts of the host that have changed.</summary>
    internal IReadOnlyList<string> FindHarm() => _canaries.FindHarm();

    internal bool IsVictimUnharmed()
    {
        // A stopped process counts as harmed, too.
        return _victim is null || (!_victim.HasExited && ProcessState(_victim.Id) is not ('T' or 't' or 'Z'));
    }

    public void Dispose()
    {
        _canaries.Dispose();
        foreach (Process process in _started)
        {
            if (!process.HasExited)
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    internal static char ProcessState(int process)
    {
        try
        {
            string line = File.ReadAllText($"/proc/{process}/stat");
            return line[line.LastIndexOf(')') + 2];
        }
        catch (IOException)
        {
            return 'X';
        }
    }

    private static string Arguments(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    // Retries while a new program is busy (ETXTBSY): a child that another thread is forking may briefly hold the
    // descriptor that wrote the file.
    private static async Task<Process> StartAsync(ProcessStartInfo start)
    {
        for (int tries = 0; ; tries++)
        {
            try
            {
                return Process.Start(start)!;
            }
            catch (System.ComponentModel.Win32Exception busy)
                when (busy.NativeErrorCode == Errno.ETXTBSY && tries < 100)
            {
                await Task.Yield();
            }
        }
    }

    private Process StartVictim()
    {
        Process victim = Process.Start(
            new ProcessStartInfo("sleep", [VictimArgument]) { WorkingDirectory = Directory })!;
        _started.Add(victim);
        return victim;
    }
}
