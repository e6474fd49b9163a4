using System.Text.RegularExpressions;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// Restricts paths below /proc or /sys and the names of error numbers to the provider. The names /proc and /sys alone
/// are permitted, because they are mount points in a sandbox.
/// </summary>
internal static partial class KernelWordRule
{
    public static IEnumerable<string> Violations(IEnumerable<string> strings) =>
        strings.Where(text => KernelPath().IsMatch(text) || ErrorNumber().IsMatch(text));

    [GeneratedRegex(@"(^|[^\w.])/(proc|sys)/")]
    private static partial Regex KernelPath();

    [GeneratedRegex(
        @"\bE(PERM|ACCES|NOENT|NOSYS|INVAL|AGAIN|INTR|BUSY|EXIST|NOMEM|NOSPC|ROFS|MFILE|NFILE|USERS|CHILD|SRCH|FAULT"
        + @"|IO|PIPE|BADF|NODEV|LOOP|OPNOTSUPP|NOTSUP)\b")]
    private static partial Regex ErrorNumber();
}
