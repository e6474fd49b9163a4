using System.Text;
using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Contains the snippets about files of a running sandbox.</summary>
public sealed class FileSteps
{
    [SetUp]
    public void NeedUserNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task In_and_out()
    {
        Groups.Require();
        using HostDirectory directory = new();
        string results = directory.At("results");

        // snippet: files-in-and-out
        await using ISandbox sandbox = await SandboxPresets.Judge().CreateAsync(LinuxSandboxProvider.Default);
        await sandbox.Files.WriteAsync("/tmp/numbers", "3\n1\n2\n"u8.ToArray());
        await sandbox.RunAsync(
            new SandboxCommand(
                "sh", "-c", "mkdir /tmp/out; sort /tmp/numbers > /tmp/out/sorted; ln -s /etc/passwd /tmp/out/link"));

        byte[] sorted = await sandbox.Files.ReadAsync("/tmp/out/sorted", maximumSize: 1 << 20);
        CopyResult taken = await sandbox.Files.CopyOutAsync(
            "/tmp/out", results, new FileTransferLimits { MaximumBytes = 64.MiB() });
        Console.WriteLine($"{taken.Files} files, {taken.Bytes} bytes, left out: {string.Join(", ", taken.LeftOut)}");
        // snippet end
        Assert.That(Encoding.UTF8.GetString(sorted), Is.EqualTo("1\n2\n3\n"));
        Assert.That(taken.LeftOut, Is.EqualTo((SkippedEntry[])[new("link", "a symbolic link")]));
    }
}
