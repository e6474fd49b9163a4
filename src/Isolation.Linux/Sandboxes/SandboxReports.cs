using System.Collections.Immutable;
using Isolation.Linux.Hints;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Sandboxes;

/// <summary>Creates the report of a sandbox from init's messages.</summary>
internal static class SandboxReports
{
    /// <param name="plan">The compiled setup.</param>
    /// <param name="skipped">
    /// Pairs of words: the number of the failed step, or 0, and the negated error number.
    /// </param>
    internal static SandboxReport Read(SandboxPlan plan, ReadOnlySpan<long> skipped)
    {
        HashSet<object> subjects = new(ReferenceEqualityComparer.Instance);
        ImmutableArray<NotApplied> notApplied = plan.LeftOut;
        for (int i = 0; i + 1 < skipped.Length; i += 2)
        {
            if (skipped[i] > 0)
            {
                subjects.Add(plan.Skippable[i / 2]);
                ProgramStep step = plan.Steps[(int)skipped[i] - 1];
                int error = (int)-skipped[i + 1];
                notApplied = notApplied.Add(new NotApplied(
                    step.ToString(), $"{ErrnoText.Name(error)} ({ErrnoText.Text(error)})",
                    ErrorHints.Find(step.Kind, step.Target, error)));
            }
        }

        EffectivePolicy policy = subjects.Count > 0 ? Policy(plan, subjects) : plan.Policy ??= Policy(plan, subjects);
        return new SandboxReport { Applied = plan.StepNames, NotApplied = notApplied, Policy = policy };
    }

    private static EffectivePolicy Policy(SandboxPlan plan, HashSet<object> skipped) =>
        plan.Parts.Aggregate(new EffectivePolicy(), (policy, part) => part.Report(policy, skipped));
}
