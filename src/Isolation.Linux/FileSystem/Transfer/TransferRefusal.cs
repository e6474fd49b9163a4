using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>What is said to a transfer beyond its limits.</summary>
internal static class TransferRefusal
{
    internal static SandboxException TooLarge(string action, string target, long limit) => new(
        action, target, Errno.EFBIG, nameof(Errno.EFBIG),
        string.Create(CultureInfo.InvariantCulture, $"There are more than {limit} bytes"),
        "Allow more, if that is expected.");

    internal static SandboxException TooMany(string action, string target, FileTransferLimits limits) => new(
        action, target, Errno.E2BIG, nameof(Errno.E2BIG),
        string.Create(
            CultureInfo.InvariantCulture,
            $"There are more than {limits.MaximumEntries} files, directories and other things"),
        "Allow more, if that is expected.");

    internal static SandboxException TooDeep(string action, string target, FileTransferLimits limits) => new(
        action, target, Errno.ENAMETOOLONG, nameof(Errno.ENAMETOOLONG),
        string.Create(
            CultureInfo.InvariantCulture, $"There are more than {limits.MaximumDepth} directories in each other"),
        "Allow more, if that is expected.");

    internal static SandboxException TooMuchLeftOut(string action, int limit) => new(
        action, null, Errno.E2BIG, nameof(Errno.E2BIG),
        string.Create(
            CultureInfo.InvariantCulture, $"The paths of what is left out have more than {limit} characters together"),
        "Look at what the payload left by a command inside.");
}
