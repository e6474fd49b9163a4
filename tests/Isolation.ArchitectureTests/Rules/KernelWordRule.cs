using System.Text.RegularExpressions;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// Only the provider speaks of the kernel: no path below /proc or /sys and no name of an error number elsewhere. The
/// two names alone are where a mount appears in a sandbox, which is vocabulary.
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
