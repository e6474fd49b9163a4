using Isolation.IntegrationTests.Support;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.FileSystem.Transfer;

/// <summary>The root of a process that has ended is not that of the process that got its number.</summary>
public sealed class ProcessRootTests
{
    [Test]
    public void The_root_of_a_process_is_opened()
    {
        int pidfd = (int)Kernel.pidfd_open(Environment.ProcessId);
        using SafeFileHandle root = ProcessRoot.Open(Environment.ProcessId, pidfd);
        Kernel.close(pidfd);

        Assert.That(Directory.Exists($"/proc/self/fd/{root.DangerousGetHandle()}/proc"), Is.True);
    }

    /// <summary>This process stands for one that was given the number of the one that has ended.</summary>
    [Test]
    public async Task A_number_that_was_given_away_again_is_noticed()
    {
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start("/bin/cat", "/dev/null");
        int pidfd = (int)Kernel.pidfd_open(process.Id);
        await process.WaitForExitAsync();

        // By number alone somebody else's root would be opened.
        Assert.That(Directory.Exists($"/proc/{Environment.ProcessId}/root"), Is.True);
        Assert.That(() => ProcessRoot.Open(Environment.ProcessId, pidfd), PutTests.Refused("ESRCH"));
        Kernel.close(pidfd);
        Assert.That(() => ProcessRoot.Open(Environment.ProcessId, -1), PutTests.Refused("ESRCH"));
    }

    [Test]
    public async Task Files_of_a_sandbox_whose_first_process_was_killed_are_not_read()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        await sandbox.OutputAsync("echo text > /tmp/file");
        Kernel.kill(sandbox.ProcessId, (int)UnixSignal.SIGKILL);
        await sandbox.Ended;

        Assert.That(() => sandbox.Files.ReadAsync("/tmp/file", 10), PutTests.Refused("ESRCH"));
    }
}
