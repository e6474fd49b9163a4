using System.Diagnostics;

namespace Isolation.Benchmarks.Contestants;

/// <summary>One way to do the same thing.</summary>
internal abstract class Contestant(string name) : IAsyncDisposable
{
    internal string Name { get; } = name;

    /// <summary>What a reader has to know about it; null if nothing.</summary>
    internal string? Remark { get; init; }

    /// <summary>One run of what is timed here, after something that is not.</summary>
    internal static Contestant Here(string name, Func<Task> run, Action? before = null) =>
        new RunHere(name, run, before);

    /// <summary>Does it once.</summary>
    /// <returns>How long it took, in microseconds.</returns>
    internal abstract ValueTask<double> MeasureAsync();

    public abstract ValueTask DisposeAsync();

    internal sealed class RunHere(string name, Func<Task> run, Action? before = null) : Contestant(name)
    {
        internal override async ValueTask<double> MeasureAsync()
        {
            before?.Invoke();
            long begin = Stopwatch.GetTimestamp();
            await run();
            return Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
        }

        public override ValueTask DisposeAsync() => default;
    }
}
