using System.Text.RegularExpressions;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>Only the provider speaks of the kernel: no path below /proc or /sys and no name of an error number elsewhere.</summary>
internal static partial class KernelWordRule
{
    public static IEnumerable<string> Violations(IEnumerable<string> strings) =>
        strings.Where(text => KernelPath().IsMatch(text) || ErrorNumber().IsMatch(text));

    [GeneratedRegex(@"(^|[^\w.])/(proc|sys)(/|$|[^\w])")]
    private static partial Regex KernelPath();

    [GeneratedRegex(@"\bE(PERM|ACCES|NOENT|NOSYS|INVAL|AGAIN|INTR|BUSY|EXIST|NOMEM|NOSPC|ROFS|MFILE|NFILE|USERS|CHILD|SRCH|FAULT|IO|PIPE|BADF|NODEV|LOOP|OPNOTSUPP|NOTSUP)\b")]
    private static partial Regex ErrorNumber();
}
