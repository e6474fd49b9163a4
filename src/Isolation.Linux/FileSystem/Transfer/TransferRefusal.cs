using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Creates the exceptions of transfers beyond their limits.</summary>
internal static class TransferRefusal
{
    internal static SandboxException TooLarge(string action, string target, long limit) => new(
        action, target, Errno.EFBIG, nameof(Errno.EFBIG),
        string.Create(CultureInfo.InvariantCulture, $"more than {limit} bytes"),
        "If that is expected, raise the limit.");

    internal static SandboxException TooMany(string action, string target, FileTransferLimits limits) => new(
        action, target, Errno.E2BIG, nameof(Errno.E2BIG),
        string.Create(
            CultureInfo.InvariantCulture,
            $"more than {limits.MaximumEntries} entries"),
        "If that is expected, raise the limit.");

    internal static SandboxException TooDeep(string action, string target, FileTransferLimits limits) => new(
        action, target, Errno.ENAMETOOLONG, nameof(Errno.ENAMETOOLONG),
        string.Create(
            CultureInfo.InvariantCulture, $"more than {limits.MaximumDepth} nested directories"),
        "If that is expected, raise the limit.");

    internal static SandboxException TooMuchLeftOut(string action, int limit) => new(
        action, null, Errno.E2BIG, nameof(Errno.E2BIG),
        string.Create(
            CultureInfo.InvariantCulture, $"the paths of skipped items have more than {limit} characters in total"),
        "Inspect the files of the payload with a command inside the sandbox.");
}
