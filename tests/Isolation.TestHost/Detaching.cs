using System.Globalization;
using Isolation.Linux;
using Isolation.Linux.Interop;
using Isolation.Linux.State;

namespace Isolation.TestHost;

/// <summary>Does everything that an application does with a detached sandbox, and may be killed at any step.</summary>
internal static class Detaching
{
    /// <summary>
    /// Takes the state directory, a directory that the sandbox sees as /shared, <c>limits</c> or <c>none</c>, the
    /// number of the step at which to kill this process or 0 to report the steps, and the name of the sandbox.
    /// </summary>
    internal static async Task RunAsync(Report report, string[] arguments)
    {
        int last = int.Parse(arguments[3], CultureInfo.InvariantCulture), reached = 0;
        DetachedRecord.Reached = step =>
        {
            int number = Interlocked.Increment(ref reached);
            report.Add($"step {number} {step}");
            if (number == last)
            {
                Kernel.kill(Environment.ProcessId, (int)UnixSignal.SIGKILL);
            }
        };
        LinuxSandboxProvider provider = new(
            TimeProvider.System, new LinuxSandboxOptions { StateDirectory = arguments[0] });
        SandboxSpecification specification = TestSandboxes.Standard with
        {
            Name = arguments[4],
            Lifetime = SandboxLifetime.Detached,
            Mounts = [.. TestSandboxes.Standard.Mounts,
                new BindMount(arguments[1], "/shared") { Access = MountAccess.ReadWrite }],
            Limits = arguments[2] == "limits" ? new SandboxLimits { Processes = 64 } : null,
        };
        ISandbox sandbox = await provider.CreateAsync(specification);
        report.Add($"created {sandbox.Id}");
        ISandboxProcess process = await sandbox.StartAsync(TestSandboxes.Shell("read line < /shared/go; exit 7"));
        report.Add($"started {process.Number}");
        (await sandbox.RunAsync(TestSandboxes.Shell("exit 0"))).EnsureSuccess();
        if (specification.Limits is { } limits)
        {
            await sandbox.ChangeLimitsAsync(limits with { Processes = 65 });
        }

        await sandbox.DisposeAsync();
        sandbox = await provider.AttachAsync(sandbox.Id);
        process = sandbox.Processes.Single();
        report.Add("attached");
        File.OpenHandle(Path.Combine(arguments[1], "go"), access: FileAccess.Write).Dispose();
        SandboxResult result = await process.WaitForExitAsync();
        report.Add($"exited {result.ExitCode}");
        await process.DisposeAsync();
        report.Add("collected");
        await sandbox.StopAsync();
    }
}
