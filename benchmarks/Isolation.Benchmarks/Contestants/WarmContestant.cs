using System.Diagnostics;

namespace Isolation.Benchmarks.Contestants;

/// <summary>Runs another program in a running sandbox.</summary>
internal sealed class WarmContestant(string name, ISandbox sandbox, SandboxCommand command) : Contestant(name)
{
    internal override async ValueTask<double> MeasureAsync()
    {
        long begin = Stopwatch.GetTimestamp();
        (await sandbox.RunAsync(command)).EnsureSuccess();
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
    }

    public override ValueTask DisposeAsync() => sandbox.DisposeAsync();
}
