using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Netlink;

/// <summary>Represents the kernel's answer to one message: <c>struct nlmsgerr</c> and its attributes.</summary>
/// <param name="Error">The error number, positive; 0 for success.</param>
/// <param name="Text">The kernel's explanation; null if there is none.</param>
/// <param name="Offset">The position of the attribute that caused the error; null if the kernel names none.</param>
internal readonly record struct NetlinkAcknowledgement(int Error, string? Text, int? Offset)
{
    /// <summary>Reads an acknowledgement, or the end of a dump, which has the same form.</summary>
    internal static NetlinkAcknowledgement Read(NetlinkMessage message)
    {
        ReadOnlySpan<byte> body = message.Body;
        if (body.Length < sizeof(int))
        {
            throw NetlinkErrors.Malformed("an acknowledgement");
        }

        AcknowledgementFlags flags = (AcknowledgementFlags)message.Header.Flags;
        int error = -MemoryMarshal.Read<int>(body);
        if ((flags & AcknowledgementFlags.AckTlvs) == 0)
        {
            return new(error, null, null);
        }

        int request = sizeof(int);
        if (message.Header.Type == (ushort)NetlinkControl.Error)
        {
            // The request follows: all of it after an error, unless NETLINK_CAP_ACK was set.
            request += (flags & AcknowledgementFlags.Capped) != 0
                ? Unsafe.SizeOf<NetlinkHeader>()
                : (int)MemoryMarshal.Read<uint>(body[sizeof(int)..]);
        }

        string? text = null;
        int? offset = null;
        NetlinkAttributes attributes = new(body[Math.Min(NetlinkBatch.Align(request), body.Length)..]);
        foreach (NetlinkAttribute attribute in attributes)
        {
            switch (attribute.As<NetlinkErrorAttribute>())
            {
                case NetlinkErrorAttribute.Msg:
                    text = attribute.Text;
                    break;
                case NetlinkErrorAttribute.Offs:
                    offset = (int)attribute.Read<uint>();
                    break;
            }
        }

        return new(error, text, offset);
    }
}
