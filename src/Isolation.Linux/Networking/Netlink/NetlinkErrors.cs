using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Creates the exceptions of netlink.</summary>
internal static class NetlinkErrors
{
    /// <summary>Explains an acknowledgement with an error.</summary>
    /// <param name="request">The message that the kernel refused.</param>
    /// <param name="acknowledgement">The acknowledgement.</param>
    internal static SandboxException Refused(NetlinkRequest request, NetlinkAcknowledgement acknowledgement)
    {
        int error = acknowledgement.Error;
        string reason = ErrnoText.Text(error);
        if (acknowledgement.Text is { Length: > 0 } text)
        {
            reason = $"{reason}: {text.TrimEnd('.')}";
        }

        if (acknowledgement.Offset is { } offset && request.AttributeAt(offset) is { } attribute)
        {
            reason = $"{reason} ({attribute})";
        }

        ProgramStep step = new(request.Action, request.Target, StepKind.Network);
        return SandboxErrors.Create(
            step, error, reason, Hints.ErrorHints.Find(StepKind.Network, request.Target, error));
    }

    internal static SandboxException Malformed(string what) =>
        new($"The kernel's answer about the network cannot be read: {what} is too short.");

    internal static SandboxException TooLong(NetlinkRequest request, int length) =>
        SandboxErrors.Refuse(
            new ProgramStep(request.Action, request.Target, StepKind.Network), Errno.EMSGSIZE,
            string.Create(
                CultureInfo.InvariantCulture, $"an attribute has {length} bytes, and at most 65535 are possible"),
            null);
}
