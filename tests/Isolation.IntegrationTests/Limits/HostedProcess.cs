using System.Diagnostics;

namespace Isolation.IntegrationTests.Limits;

/// <summary>A process of the host in a group, until it is disposed of.</summary>
internal sealed class HostedProcess : IDisposable
{
    private readonly Process _process;

    private HostedProcess(Process process) => _process = process;

    /// <summary>Returns once it is in the group.</summary>
    internal static HostedProcess Start(string directory)
    {
        ProcessStartInfo start = new(
            "/bin/sh", ["-c", "echo $$ > \"$0/cgroup.procs\" && echo in && exec sleep 100000", directory])
        {
            RedirectStandardOutput = true,
        };
        HostedProcess process = new(Process.Start(start)!);
        Assert.That(process._process.StandardOutput.ReadLine(), Is.EqualTo("in"));
        return process;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
