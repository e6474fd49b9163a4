using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>Represents the outcome of an attack with the observation that shows it.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Detail">The name of the refusal, the result of the attack, or the reason why it is void.</param>
internal sealed record Finding(Outcome Outcome, string Detail)
{
    internal static Finding Held(string how) => new(Outcome.Held, how);

    internal static Finding Succeeded(string what) => new(Outcome.Succeeded, what);

    internal static Finding Void(string why) => new(Outcome.Void, why);

    internal static Finding Unclear(string what) => new(Outcome.Unclear, what);

    /// <summary>Judges by whether a forbidden condition was reached.</summary>
    internal static Finding If(bool succeeded, string what, string otherwise) => succeeded
        ? Succeeded(what)
        : Held(otherwise);

    /// <summary>
    /// Judges by one call: no error is a success, an expected error or signal is a defence that held, and anything else
    /// is unclear.
    /// </summary>
    internal static Finding Of(PayloadRun run, string call, params ReadOnlySpan<string> refusals)
    {
        string seen = run.Describe(call);
        return run.Succeeded(call) ? Succeeded($"{call}: {seen}")
            : refusals.Contains(seen) ? Held(seen)
            : Unclear($"{call}: {seen} ({run})");
    }

    /// <summary>Returns the worst of several findings.</summary>
    internal static Finding Worst(params ReadOnlySpan<Finding> findings)
    {
        Finding worst = findings[0];
        foreach (Finding finding in findings)
        {
            worst = Rank(finding) > Rank(worst) ? finding : worst;
        }

        return worst;
    }

    private static int Rank(Finding finding) => finding.Outcome switch
    {
        Outcome.Void => 0,
        Outcome.Held => 1,
        Outcome.Unclear => 2,
        _ => 3,
    };
}
