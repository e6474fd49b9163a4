using System.Collections.Immutable;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Setup;

namespace Isolation.Linux.Running;

/// <summary>Makes the report of a sandbox from what init tells.</summary>
internal static class SandboxReports
{
    /// <param name="setup">What the sandbox was made from.</param>
    /// <param name="results">The results of its steps.</param>
    internal static SandboxReport Read(CompiledSetup setup, ReadOnlySpan<long> results)
    {
        ImmutableArray<NotApplied> notApplied = setup.LeftOut;
        foreach (Range steps in setup.SkippableSteps)
        {
            for (int i = steps.Start.Value; i < steps.End.Value; i++)
            {
                if (results[i] < 0)
                {
                    ProgramStep step = setup.Steps[i];
                    int error = (int)-results[i];
                    notApplied = notApplied.Add(new NotApplied(
                        step.ToString(), $"{ErrnoText.Name(error)} ({ErrnoText.Text(error)})", Remedies.Find(step.Action, step.Target, error)));
                }
            }
        }

        return new SandboxReport { Applied = setup.StepNames, NotApplied = notApplied };
    }

    /// <summary>Adds what the host could not open; the steps of init that failed because of it say nothing more.</summary>
    internal static SandboxReport Add(SandboxReport report, IReadOnlyList<NotApplied> missing) => report with
    {
        NotApplied =
        [
            .. missing,
            .. report.NotApplied.Where(one => !missing.Any(cause => cause.What.StartsWith("open ", StringComparison.Ordinal) && one.What.EndsWith(cause.What[4..], StringComparison.Ordinal))),
        ],
    };
}
