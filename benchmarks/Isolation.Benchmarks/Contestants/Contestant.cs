using System.Diagnostics;

namespace Isolation.Benchmarks.Contestants;

/// <summary>One way to do the same thing.</summary>
internal abstract class Contestant(string name) : IAsyncDisposable
{
    internal string Name { get; } = name;

    /// <summary>What a reader has to know about it; null if nothing.</summary>
    internal string? Remark { get; init; }

    /// <summary>One run of what is timed here.</summary>
    internal static Contestant Here(string name, Func<Task> run) => new RunHere(name, run);

    /// <summary>Does it once.</summary>
    /// <returns>How long it took, in microseconds.</returns>
    internal abstract ValueTask<double> MeasureAsync();

    public abstract ValueTask DisposeAsync();

    internal sealed class RunHere(string name, Func<Task> run) : Contestant(name)
    {
        internal override async ValueTask<double> MeasureAsync()
        {
            long begin = Stopwatch.GetTimestamp();
            await run();
            return Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        public override ValueTask DisposeAsync() => default;
    }
}
