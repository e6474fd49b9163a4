using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>A host that is killed takes its sandboxes with it.</summary>
public sealed class KilledHostTests
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [TestCase("sleep")]
    [TestCase("one-shot")]
    [TestCase("deaf")]
    [TestCase("stopped")]
    [TestCase("daemons")]
    [TestCase("bomb")]
    [TestCase("sleep", "one-shot", "deaf", "stopped", "daemons", "bomb")]
    public async Task Nothing_of_its_sandboxes_stays(params string[] kinds)
    {
        string[] files = TemporaryFiles();
        using HostProgram host = HostProgram.Start(["hold", .. kinds]);
        int[] inits = [.. (await host.ReadUntilAsync("ready"))
            .Where(line => line.StartsWith("init ", StringComparison.Ordinal))
            .Select(line => int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture))];
        Assert.That(inits, Has.Length.EqualTo(kinds.Length));
        string[] processNamespaces = [.. inits.Select(init => Processes.Namespace(init, "pid")!)];
        string[] mountNamespaces = [.. inits.Select(init => Processes.Namespace(init, "mnt")!)];
        Assert.That(processNamespaces, Has.None.EqualTo(Processes.Namespace(Environment.ProcessId, "pid")));
        int[] pidfds = [.. Processes.Descendants(host.ProcessId).Select(Processes.Open)];

        host.Kill();

        Assert.That(pidfds.Count(pidfd => !Processes.HasEnded(pidfd)), Is.Zero);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(processNamespaces.SelectMany(name => Processes.InNamespace("pid", name)), Is.Empty);
            Assert.That(mountNamespaces.SelectMany(name => Processes.InNamespace("mnt", name)), Is.Empty);
            Assert.That(TemporaryFiles().Except(files), Is.Empty);
        }
    }

    // Killed at any moment: while it clones, while init waits for its first program, while a program runs.
    [Test]
    public async Task A_host_killed_in_the_midst_of_launches_leaves_nothing()
    {
        for (int round = 0; round < 5; round++)
        {
            string[] files = TemporaryFiles();
            using HostProgram host = HostProgram.Start("churn", "4");
            await host.ReadUntilAsync("ready");

            // Stopped first, so that what it has at the end can be seen.
            Kernel.kill(host.ProcessId, (int)UnixSignal.SIGSTOP);
            int[] pidfds = [.. Processes.Descendants(host.ProcessId).Select(Processes.Open)];
            host.Kill();

            Assert.That(pidfds.Count(pidfd => !Processes.HasEnded(pidfd)), Is.Zero);
            Assert.That(TemporaryFiles().Except(files), Is.Empty);
        }
    }

    /// <summary>Files of this library where it may put some.</summary>
    private static string[] TemporaryFiles() =>
        [.. ((string[])["/run", "/tmp", "/var/tmp", Path.GetTempPath()]).Where(Directory.Exists).Distinct()
            .SelectMany(directory => Directory.GetFileSystemEntries(directory, "isolation-init*"))];
}
