using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Writes and reads the messages about queueing disciplines; see tc(8).</summary>
internal static class QueueMessages
{
    internal const string TokenBucketKind = "tbf";
    private const string HierarchyKind = "htb";

    /// <summary>The version of the protocol of htb (HTB_VER).</summary>
    private const uint HierarchyVersion = 3;

    private const uint RateToQuantum = 10;

    /// <summary>Limits a link to the rate of a token bucket, or changes the rate.</summary>
    internal static NetlinkBatch SetTokenBucket(this NetlinkBatch batch, int link, TokenBucket bucket)
    {
        TokenBucketOptions options = new()
        {
            Rate = RateSpecification.Of(bucket.BytesPerSecond),
            Limit = bucket.Limit,
            Buffer = RateSpecification.Ticks(bucket.Burst, bucket.BytesPerSecond),
        };
        return Add(
            batch, "limit the rate of", Rtm.Newqdisc, NetlinkFlags.Create | NetlinkFlags.Replace, link, 0x10000,
            QueueMessageHeader.Root, TokenBucketKind)
            .Nest(Tca.Options, data =>
            {
                data.Value(TcaTbf.Parms, options).Value(TcaTbf.Burst, bucket.Burst);
                WriteRate(data, TcaTbf.Rate64, bucket.BytesPerSecond);
            });
    }

    /// <summary>Divides the bandwidth of a link between classes.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="link">The index of the link.</param>
    /// <param name="defaultClass">The minor number of the class for packets that no filter assigns to one.</param>
    internal static NetlinkBatch AddHierarchy(this NetlinkBatch batch, int link, ushort defaultClass) =>
        Add(
            batch, "divide the bandwidth of", Rtm.Newqdisc, NetlinkFlags.Create | NetlinkFlags.Replace, link, 0x10000,
            QueueMessageHeader.Root, HierarchyKind)
            .Nest(Tca.Options, data => data.Value(TcaHtb.Init, new HierarchyOptions
            {
                Version = HierarchyVersion,
                RateToQuantum = RateToQuantum,
                DefaultClass = defaultClass,
            }));

    /// <summary>Adds a class to a link whose bandwidth is divided.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="link">The index of the link.</param>
    /// <param name="number">The minor number of the class.</param>
    /// <param name="guaranteed">The guaranteed rate.</param>
    /// <param name="ceiling">The rate that the class may use if others leave it, in bytes per second.</param>
    internal static NetlinkBatch AddHierarchyClass(
        this NetlinkBatch batch, int link, ushort number, TokenBucket guaranteed, long ceiling)
    {
        HierarchyClassOptions options = new()
        {
            Rate = RateSpecification.Of(guaranteed.BytesPerSecond),
            Ceiling = RateSpecification.Of(ceiling),
            Buffer = RateSpecification.Ticks(guaranteed.Burst, guaranteed.BytesPerSecond),
            CeilingBuffer = RateSpecification.Ticks(guaranteed.Burst, ceiling),
        };
        return Add(
            batch, "add a class to", Rtm.Newtclass, NetlinkFlags.Create | NetlinkFlags.Excl, link, 0x10000u | number,
            0x10000, HierarchyKind)
            .Nest(Tca.Options, data =>
            {
                data.Value(TcaHtb.Parms, options);
                WriteRate(data, TcaHtb.Rate64, guaranteed.BytesPerSecond);
                WriteRate(data, TcaHtb.Ceil64, ceiling);
            });
    }

    /// <summary>Removes the limits on the rate of a link.</summary>
    internal static NetlinkBatch RemoveQueue(this NetlinkBatch batch, int link) =>
        batch.Add(
            "remove the limits on the rate of", LinkMessages.Name(link), (ushort)Rtm.Delqdisc, default,
            new QueueMessageHeader { Index = link, Parent = QueueMessageHeader.Root });

    /// <summary>Returns all queueing disciplines of the namespace.</summary>
    internal static List<QueueingDiscipline> ReadQueues(this NetlinkSocket socket)
    {
        using NetlinkBatch batch = new();
        batch.Add("list", "the queues", (ushort)Rtm.Getqdisc, NetlinkFlags.Dump, default(QueueMessageHeader));
        return socket.Read(batch, QueueingDiscipline.Read);
    }

    private static NetlinkBatch Add(
        NetlinkBatch batch, string action, Rtm type, NetlinkFlags flags, int link, uint handle, uint parent,
        string kind) =>
        batch.Add(
            action, LinkMessages.Name(link), (ushort)type, flags,
            new QueueMessageHeader { Index = link, Handle = handle, Parent = parent })
            .Text(Tca.Kind, kind);

    /// <summary>Adds a rate that 32 bits do not hold.</summary>
    private static void WriteRate<T>(NetlinkBatch batch, T type, long bytesPerSecond)
        where T : unmanaged, Enum
    {
        if (bytesPerSecond > uint.MaxValue)
        {
            batch.Value(type, bytesPerSecond);
        }
    }
}
