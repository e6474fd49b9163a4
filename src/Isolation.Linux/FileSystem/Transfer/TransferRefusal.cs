using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Creates the exceptions of transfers beyond their limits.</summary>
internal static class TransferRefusal
{
    internal static SandboxException TooLarge(ProgramStep step, long limit) => SandboxErrors.Refuse(
        step, Errno.EFBIG,
        string.Create(CultureInfo.InvariantCulture, $"more than {limit} bytes"),
        "If that is expected, raise the limit.");

    internal static SandboxException TooMany(ProgramStep step, FileTransferLimits limits) => SandboxErrors.Refuse(
        step, Errno.E2BIG,
        string.Create(CultureInfo.InvariantCulture, $"more than {limits.MaximumEntries} entries"),
        "If that is expected, raise the limit.");

    internal static SandboxException TooDeep(ProgramStep step, FileTransferLimits limits) => SandboxErrors.Refuse(
        step, Errno.ENAMETOOLONG,
        string.Create(
            CultureInfo.InvariantCulture, $"more than {limits.MaximumDepth} nested directories"),
        "If that is expected, raise the limit.");

    internal static SandboxException TooMuchLeftOut(ProgramStep step, int limit) => SandboxErrors.Refuse(
        step, Errno.E2BIG,
        string.Create(
            CultureInfo.InvariantCulture, $"the paths of skipped items have more than {limit} characters in total"),
        "Inspect the files of the payload with a command inside the sandbox.");
}
