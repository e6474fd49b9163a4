using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Harness;

/// <summary>What came of an attack, and how that was seen.</summary>
/// <param name="Outcome">What came of it.</param>
/// <param name="Detail">The refusal by its name, what was reached, or why it cannot be tried.</param>
internal sealed record Finding(Outcome Outcome, string Detail)
{
    internal static Finding Held(string how) => new(Outcome.Held, how);

    internal static Finding Succeeded(string what) => new(Outcome.Succeeded, what);

    internal static Finding Void(string why) => new(Outcome.Void, why);

    internal static Finding Unclear(string what) => new(Outcome.Unclear, what);

    /// <summary>Judges by whether something that must not be has come to be.</summary>
    internal static Finding If(bool succeeded, string what, string otherwise) => succeeded
        ? Succeeded(what)
        : Held(otherwise);

    /// <summary>
    /// Judges by one call: no error is a success, an expected error (or death) holds, anything else is unclear.
    /// </summary>
    internal static Finding Of(PayloadRun run, string call, params ReadOnlySpan<string> refusals)
    {
        string seen = run.Describe(call);
        return run.Succeeded(call) ? Succeeded($"{call}: {seen}")
            : refusals.Contains(seen) ? Held(seen)
            : Unclear($"{call}: {seen} ({run})");
    }

    /// <summary>The least good of several.</summary>
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
