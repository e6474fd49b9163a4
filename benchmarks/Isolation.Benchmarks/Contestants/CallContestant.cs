using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Contestants;

/// <summary>
/// Runs a <see cref="CallLoop"/> in its own sandbox and measures the CPU time of one call, in nanoseconds.
/// </summary>
internal sealed class CallContestant(string name, ISandbox sandbox, SandboxCommand command) : Contestant(name)
{
    internal override async ValueTask<double> MeasureAsync()
    {
        SandboxResult result = (await sandbox.RunAsync(command)).EnsureSuccess();
        return (result.UserCpuTime + result.SystemCpuTime).TotalNanoseconds / CallLoop.Count;
    }

    public override ValueTask DisposeAsync() => sandbox.DisposeAsync();
}
