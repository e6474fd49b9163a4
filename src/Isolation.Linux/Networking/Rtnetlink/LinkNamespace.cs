using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;

namespace Isolation.Linux.Networking.Rtnetlink;

/// <summary>Names a network namespace that a link moves to: by a descriptor, or by a process that is in it.</summary>
internal readonly record struct LinkNamespace
{
    private readonly Ifla _attribute;
    private readonly int _number;

    private LinkNamespace(Ifla attribute, int number) => (_attribute, _number) = (attribute, number);

    /// <summary>Names the namespace by an open descriptor of its file in <c>/proc/&lt;pid&gt;/ns</c>.</summary>
    internal static LinkNamespace OfDescriptor(int descriptor) => new(Ifla.NetNsFd, descriptor);

    /// <summary>Names the namespace by a process, whose id is that of the PID namespace of the caller.</summary>
    internal static LinkNamespace OfProcess(int processId) => new(Ifla.NetNsPid, processId);

    internal void Write(NetlinkBatch batch) => batch.Value(_attribute, _number);
}
