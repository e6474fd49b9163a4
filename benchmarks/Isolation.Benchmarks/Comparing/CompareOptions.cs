using System.Globalization;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Comparing;

/// <summary>How thoroughly to compare, and where the results go.</summary>
internal sealed record CompareOptions
{
    internal const string Usage =
        "compare [--quick] [--limits] [--hardening] [--streams] [--judging] [--runs N] [--output DIRECTORY]";

    /// <summary>Rounds of the comparison; everybody has one run in each.</summary>
    internal int Runs { get; private init; } = 300;

    internal int WarmUps { get; private init; } = 30;

    /// <summary>Rounds of launches from one, two and four threads.</summary>
    internal int ParallelRounds { get; private init; } = 15;

    internal int ParallelLaunches { get; private init; } = 200;

    internal int AllocatingRuns { get; private init; } = 500;

    internal int Sandboxes { get; private init; } = 1000;

    /// <summary>Only what limits and figures cost, printed and not written down.</summary>
    internal bool IsForLimitsOnly { get; private init; }

    /// <summary>Only what the filter and Landlock cost, printed and not written down.</summary>
    internal bool IsForHardeningOnly { get; private init; }

    /// <summary>Only what streams cost, printed and not written down.</summary>
    internal bool IsForStreamsOnly { get; private init; }

    /// <summary>Rounds in which much output is taken in.</summary>
    internal int OutputRounds { get; private init; } = 40;

    /// <summary>For how many seconds nothing happens.</summary>
    internal int IdleSeconds { get; private init; } = 10;

    /// <summary>Only many short programs under limits, printed and not written down.</summary>
    internal bool IsForJudgingOnly { get; private init; }

    /// <summary>Rounds of runs under the limits of a judge, and runs in each.</summary>
    internal int JudgingRounds { get; private init; } = 10;

    internal int JudgingRuns { get; private init; } = 60;

    internal int OverrunRuns { get; private init; } = 50;

    /// <summary>Rounds in which each call is made many times under each filter.</summary>
    internal int CallRounds { get; private init; } = 40;

    internal string Output { get; private init; } = "benchmarks/results";

    /// <summary>
    /// Shows within a minute that everything works. Its figures are not worth keeping, so they go elsewhere.
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
                string other => throw new ArgumentException($"'{other}' is not understood. Usage: {Usage}"),
            };
            i += arguments[i] is "--quick" or "--limits" or "--hardening" or "--streams" or "--judging" ? 0 : 1;
        }

        return options with { Output = Repository.Find(options.Output) };
    }
}
