using System.Diagnostics;

namespace Isolation.Benchmarks.Contestants;

/// <summary>Represents one of several ways to do the same thing.</summary>
internal abstract class Contestant(string name) : IAsyncDisposable
{
    internal string Name { get; } = name;

    /// <summary>Gets a note for the reader, or null if there is none.</summary>
    internal string? Remark { get; init; }

    /// <summary>Creates a contestant that this process times; <paramref name="before"/> is not timed.</summary>
    internal static Contestant Here(string name, Func<Task> run, Action? before = null) =>
        new RunHere(name, run, before);

    /// <summary>Runs the contestant once.</summary>
    /// <returns>The measured value; the time in microseconds unless the contestant specifies otherwise.</returns>
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
