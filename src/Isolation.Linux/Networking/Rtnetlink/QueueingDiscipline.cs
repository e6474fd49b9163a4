using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Represents a queueing discipline as the kernel describes it; see tc(8).</summary>
/// <param name="Link">The index of the link.</param>
/// <param name="Kind">The kind, such as <c>tbf</c>.</param>
/// <param name="Handle">The handle: the major number in the upper 16 bits.</param>
/// <param name="Parent">The parent; <see cref="QueueMessageHeader.Root"/> for the link.</param>
internal sealed record QueueingDiscipline(int Link, string Kind, uint Handle, uint Parent)
{
    /// <summary>Gets the rate of a token bucket, in bytes per second; 0 for other kinds.</summary>
    internal long BytesPerSecond { get; private init; }

    internal static QueueingDiscipline? Read(NetlinkMessage message)
    {
        if (message.Header.Type != (ushort)Rtm.Newqdisc)
        {
            return null;
        }

        QueueMessageHeader header = message.HeaderAs<QueueMessageHeader>();
        NetlinkAttributes attributes = message.AttributesAfter<QueueMessageHeader>();
        string kind = attributes.TryFind(Tca.Kind, out NetlinkAttribute found) ? found.Text : "";
        return new QueueingDiscipline(header.Index, kind, header.Handle, header.Parent)
        {
            BytesPerSecond = kind == QueueMessages.TokenBucketKind && attributes.TryFind(Tca.Options, out found)
                ? RateOf(found.Attributes) : 0,
        };
    }

    private static long RateOf(NetlinkAttributes options) =>
        options.TryFind(TcaTbf.Rate64, out NetlinkAttribute found) ? found.Read<long>()
        : options.TryFind(TcaTbf.Parms, out found) ? found.Read<TokenBucketOptions>().Rate.Rate
        : 0;
}
