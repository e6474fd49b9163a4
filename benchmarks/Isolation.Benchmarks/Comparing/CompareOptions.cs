using System.Globalization;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Specifies the scope of the comparison and the directory for the results.</summary>
internal sealed record CompareOptions
{
    internal const string Usage =
        "compare [--quick] [--limits] [--hardening] [--streams] [--judging] [--runs N] [--output DIRECTORY]";

    /// <summary>Gets the number of rounds in which every contestant runs once.</summary>
    internal int Runs { get; private init; } = 300;

    internal int WarmUps { get; private init; } = 30;

    /// <summary>Gets the number of rounds of launches from one, two and four threads.</summary>
    internal int ParallelRounds { get; private init; } = 15;

    internal int ParallelLaunches { get; private init; } = 200;

    internal int AllocatingRuns { get; private init; } = 500;

    internal int Sandboxes { get; private init; } = 1000;

    /// <summary>Gets a value indicating whether to measure only limits and figures, without writing files.</summary>
    internal bool IsForLimitsOnly { get; private init; }

    /// <summary>Gets a value indicating whether to measure only filter and Landlock, without writing files.</summary>
    internal bool IsForHardeningOnly { get; private init; }

    /// <summary>Gets a value indicating whether to measure only streams, without writing files.</summary>
    internal bool IsForStreamsOnly { get; private init; }

    /// <summary>Gets the number of rounds that read a large output.</summary>
    internal int OutputRounds { get; private init; } = 40;

    /// <summary>Gets the number of seconds for which idle runs are measured.</summary>
    internal int IdleSeconds { get; private init; } = 10;

    /// <summary>Gets a value indicating whether to measure only short programs, without writing files.</summary>
    internal bool IsForJudgingOnly { get; private init; }

    /// <summary>Gets the number of rounds of <see cref="JudgingRuns"/> runs under the limits of a judge.</summary>
    internal int JudgingRounds { get; private init; } = 10;

    internal int JudgingRuns { get; private init; } = 60;

    internal int OverrunRuns { get; private init; } = 50;

    /// <summary>Gets the number of rounds that repeat each system call under each filter.</summary>
    internal int CallRounds { get; private init; } = 40;

    internal string Output { get; private init; } = "benchmarks/results";

    /// <summary>
    /// Gets the options that check within a minute that everything works. The figures are too coarse for the results
    /// directory.
    /// </summary>
    private static CompareOptions Quick { get; } = new()
    {
        Runs = 15,
        WarmUps = 2,
        ParallelRounds = 2,
        ParallelLaunches = 40,
        AllocatingRuns = 50,
        Sandboxes = 50,
        CallRounds = 2,
        OutputRounds = 3,
        IdleSeconds = 1,
        JudgingRounds = 2,
        JudgingRuns = 8,
        OverrunRuns = 5,
        Output = "artifacts/benchmarks",
    };

    internal static CompareOptions Parse(ReadOnlySpan<string> arguments)
    {
        CompareOptions options = arguments.Contains("--quick") ? Quick : new CompareOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            options = arguments[i] switch
            {
                "--quick" => options,
                "--limits" => options with { IsForLimitsOnly = true },
                "--hardening" => options with { IsForHardeningOnly = true },
                "--streams" => options with { IsForStreamsOnly = true },
                "--judging" => options with { IsForJudgingOnly = true },
                "--runs" when i + 1 < arguments.Length
                    && int.TryParse(arguments[i + 1], CultureInfo.InvariantCulture, out int runs) && runs > 0 =>
                    options with { Runs = runs },
                "--output" when i + 1 < arguments.Length =>
                    options with { Output = Path.GetFullPath(arguments[i + 1]) },
                string other => throw new ArgumentException(
                    $"The option '{other}' is unknown or its value is missing or invalid. Usage: {Usage}"),
            };
            i += arguments[i] is "--quick" or "--limits" or "--hardening" or "--streams" or "--judging" ? 0 : 1;
        }

        return options with { Output = Repository.Find(options.Output) };
    }
}
