using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using Isolation.Linux.Interop;
using Isolation.Linux.Networking.Netlink;
using Isolation.Linux.Networking.Rtnetlink;
using Isolation.Linux.Networking.Rtnetlink.Constants;
using Isolation.Linux.Networking.Rtnetlink.Headers;

namespace Isolation.IntegrationTests.Networking;

/// <summary>
/// The library's links, addresses, routes, rules, neighbours and queues are those that ip(8) and tc(8) read.
/// </summary>
public sealed class RtnetlinkTests
{
    private TestNetwork _network = null!;
    private NetlinkSocket _socket = null!;

    [SetUp]
    public void CreateNetwork()
    {
        Requires.Root();
        Requires.Program("ip");
        Requires.Program("nsenter");
        _network = new TestNetwork();
        _socket = _network.Open(NetlinkFamily.Route);
    }

    [TearDown]
    public void RemoveNetwork()
    {
        _socket?.Dispose();
        _network?.Dispose();
    }

    [Test]
    public void A_new_namespace_has_only_loopback_and_it_is_down()
    {
        NetworkLink link = _socket.ReadLinks().Single();

        Assert.That((link.Name, link.Index, link.IsUp, link.Kind), Is.EqualTo(("lo", 1, false, "")));
        Assert.That(link.Mtu, Is.EqualTo(65536));
    }

    [Test]
    public void A_link_is_changed_as_ip_shows()
    {
        AddPair();
        int index = _socket.ReadLink("left").Index;

        Execute(batch => batch.ChangeLink(index, new LinkSettings
        {
            Name = "renamed",
            Mtu = 1400,
            Address = PhysicalAddress.Parse("02:00:00:00:00:17"),
            IsUp = true,
        }));

        JsonElement shown = Ip("-d", "link", "show", "renamed")[0];
        Assert.Multiple(() =>
        {
            Assert.That(shown.GetProperty("mtu").GetInt32(), Is.EqualTo(1400));
            Assert.That(shown.GetProperty("address").GetString(), Is.EqualTo("02:00:00:00:00:17"));
            Assert.That(shown.GetProperty("flags").ToString(), Does.Contain("\"UP\""));
            Assert.That(shown.GetProperty("linkinfo").GetProperty("info_kind").GetString(), Is.EqualTo("veth"));
        });
        NetworkLink read = _socket.ReadLink("renamed");
        Assert.That((read.Index, read.Mtu, read.IsUp, read.Kind), Is.EqualTo((index, 1400, true, "veth")));
        Assert.That(read.Address, Is.EqualTo(PhysicalAddress.Parse("02:00:00:00:00:17")));
    }

    [Test]
    public void Bridges_and_macvlans_are_what_ip_shows()
    {
        AddPair();
        int left = _socket.ReadLink("left").Index;
        Execute(batch => batch
            .AddLink(new BridgeLink(), new LinkSettings { Name = "bridge", IsUp = true })
            .AddLink(new MacvlanLink(left, MacvlanMode.Private), new LinkSettings { Name = "macvlan" }));
        int bridge = _socket.ReadLink("bridge").Index;
        Execute(batch => batch.ChangeLink(_socket.ReadLink("right").Index, new LinkSettings { Master = bridge }));

        JsonElement info = Ip("-d", "link", "show", "macvlan")[0].GetProperty("linkinfo");
        Assert.That(info.GetProperty("info_data").GetProperty("mode").GetString(), Is.EqualTo("private"));
        info = Ip("-d", "link", "show", "bridge")[0].GetProperty("linkinfo");
        Assert.That(info.GetProperty("info_data").GetProperty("forward_delay").GetInt32(), Is.Zero);
        Assert.That(Ip("link", "show", "right")[0].GetProperty("master").GetString(), Is.EqualTo("bridge"));
        Assert.That(_socket.ReadLink("macvlan").Parent, Is.EqualTo(left));
        Assert.That(_socket.ReadLink("right").Master, Is.EqualTo(bridge));
    }

    [Test]
    public void A_vlan_is_what_ip_shows_or_the_kernel_lacks_it()
    {
        AddPair();
        int left = _socket.ReadLink("left").Index;
        try
        {
            Execute(batch => batch.AddLink(new VlanLink(left, 42), new LinkSettings { Name = "vlan" }));
        }
        catch (SandboxException exception) when (exception.ErrorNumber == Errno.EOPNOTSUPP)
        {
            Assert.That(exception.Message, Does.Contain("make the vlan vlan").And.Contain("kernel"));
            return;
        }

        JsonElement info = Ip("-d", "link", "show", "vlan")[0].GetProperty("linkinfo");
        Assert.That(info.GetProperty("info_data").GetProperty("id").GetInt32(), Is.EqualTo(42));
        Assert.That(_socket.ReadLink("vlan").Parent, Is.EqualTo(left));
    }

    [Test]
    public void A_link_moves_to_another_namespace()
    {
        using TestNetwork other = new();
        Execute(batch => batch.AddLink(
            new VethLink(new LinkSettings
            {
                Name = "inside",
                Namespace = LinkNamespace.OfDescriptor(other.Descriptor),
            }),
            new LinkSettings { Name = "outside" }));

        using NetlinkSocket inside = other.Open(NetlinkFamily.Route);
        Assert.That(_socket.ReadLinks().Select(link => link.Name), Is.EquivalentTo(new[] { "lo", "outside" }));
        Assert.That(inside.ReadLinks().Select(link => link.Name), Is.EquivalentTo(new[] { "lo", "inside" }));

        Execute(batch => batch.RemoveLink(_socket.ReadLink("outside").Index));
        Assert.That(inside.ReadLinks().Select(link => link.Name), Is.EqualTo(new[] { "lo" }), "both ends went");
    }

    [TestCase("10.1.2.3", 24, "10.1.2.255")]
    [TestCase("10.1.2.3", 30, "10.1.2.3")]
    [TestCase("fd00::7", 64, null)]
    public void Addresses_are_what_ip_shows(string address, int prefix, string? broadcast)
    {
        AddPair();
        InterfaceAddress added = new(_socket.ReadLink("left").Index, IPAddress.Parse(address), prefix);
        Execute(batch => batch.AddAddress(added));

        JsonElement shown = Ip("address", "show", "left")[0].GetProperty("addr_info").EnumerateArray()
            .Single(one => one.GetProperty("local").GetString() == address);
        Assert.That(shown.GetProperty("prefixlen").GetInt32(), Is.EqualTo(prefix));
        Assert.That(
            shown.TryGetProperty("broadcast", out JsonElement found) ? found.GetString() : null,
            Is.EqualTo(broadcast));
        Assert.That(_socket.ReadAddresses(), Does.Contain(added));

        Execute(batch => batch.RemoveAddress(added));
        Assert.That(_socket.ReadAddresses(), Does.Not.Contain(added));
    }

    [Test]
    public void Routes_are_what_ip_shows()
    {
        AddPair();
        int left = _socket.ReadLink("left").Index;
        NetworkRoute[] routes =
        [
            new(IPNetwork.Parse("192.0.2.0/24")) { Link = left },
            new(IPNetwork.Parse("0.0.0.0/0")) { Gateway = IPAddress.Parse("192.0.2.1"), Link = left, Priority = 7 },
            new(IPNetwork.Parse("198.51.100.0/24")) { Type = RouteType.Unreachable },
            new(IPNetwork.Parse("0.0.0.0/0")) { Type = RouteType.Local, Link = 1, Table = 255 },
            new(IPNetwork.Parse("2001:db8::/32")) { Link = left, Priority = 5 },
        ];
        Execute(batch => batch
            .ChangeLink(1, new LinkSettings { IsUp = true })
            .ChangeLink(left, new LinkSettings { IsUp = true })
            .ChangeLink(_socket.ReadLink("right").Index, new LinkSettings { IsUp = true }));
        Execute(batch =>
        {
            foreach (NetworkRoute route in routes)
            {
                batch.AddRoute(route);
            }
        });

        string shown = _network.Run("ip", "route", "show", "table", "all");
        Assert.Multiple(() =>
        {
            Assert.That(shown, Does.Contain("192.0.2.0/24 dev left proto static scope link"));
            Assert.That(shown, Does.Contain("default via 192.0.2.1 dev left proto static metric 7"));
            Assert.That(shown, Does.Contain("unreachable 198.51.100.0/24 proto static"));
            Assert.That(shown, Does.Contain("local default dev lo table local proto static scope host"));
            Assert.That(
                _network.Run("ip", "-6", "route"), Does.Contain("2001:db8::/32 dev left proto static metric 5"));
            Assert.That(routes, Is.SubsetOf(_socket.ReadRoutes().Select(route => route.Type == RouteType.Unreachable
                ? route with { Link = null } : route)));
        });

        Execute(batch => batch.RemoveRoute(routes[1]));
        Assert.That(_socket.ReadRoutes(), Does.Not.Contain(routes[1]));
    }

    [Test]
    public void Rules_are_what_ip_shows()
    {
        RoutingRule[] rules =
        [
            new(100) { Mark = 7, Table = 17 },
            new(101)
            {
                Source = IPNetwork.Parse("10.0.0.0/8"), InputLink = "lo", Action = RuleAction.Prohibit, Table = 0,
            },
            new(102, IsIPv6: true) { Destination = IPNetwork.Parse("fd00::/8"), Table = 18 },
        ];
        Execute(batch =>
        {
            foreach (RoutingRule rule in rules)
            {
                batch.AddRule(rule);
            }
        });

        Assert.That(_network.Run("ip", "rule"), Does.Contain("100:\tfrom all fwmark 0x7 lookup 17")
            .And.Contain("101:\tfrom 10.0.0.0/8 iif lo prohibit"));
        Assert.That(_network.Run("ip", "-6", "rule"), Does.Contain("102:\tfrom all to fd00::/8 lookup 18"));
        Assert.That(rules, Is.SubsetOf(_socket.ReadRules()));

        Execute(batch => batch.RemoveRule(rules[0]));
        Assert.That(_socket.ReadRules(), Does.Not.Contain(rules[0]));
    }

    [Test]
    public void Neighbours_are_what_ip_shows()
    {
        AddPair();
        NetworkNeighbour neighbour = new(
            _socket.ReadLink("left").Index, IPAddress.Parse("192.0.2.9"), PhysicalAddress.Parse("02:00:00:00:00:99"));
        Execute(batch => batch.ChangeLink(neighbour.Link, new LinkSettings { IsUp = true }).SetNeighbour(neighbour));

        Assert.That(
            _network.Run("ip", "neighbour"), Is.EqualTo("192.0.2.9 dev left lladdr 02:00:00:00:00:99 PERMANENT"));
        Assert.That(_socket.ReadNeighbours(), Does.Contain(neighbour));

        Execute(batch => batch.RemoveNeighbour(neighbour));
        Assert.That(_socket.ReadNeighbours(), Does.Not.Contain(neighbour));
    }

    [TestCase(1_000_000L, "8Mbit")]
    [TestCase(10_000_000_000L, "80Gbit")]
    public void A_token_bucket_is_what_tc_shows(long bytesPerSecond, string shown)
    {
        AddPair();
        int left = _socket.ReadLink("left").Index;
        Execute(batch => batch.SetTokenBucket(left, new TokenBucket(bytesPerSecond, 64 << 10, 1 << 20)));

        string line = _network.Run("tc", "qdisc", "show", "dev", "left");
        Assert.That(line, Does.Contain("qdisc tbf 1: root").And.Contain($"rate {shown} "));
        Assert.That(
            _socket.ReadQueues().Single(queue => queue.Link == left).BytesPerSecond, Is.EqualTo(bytesPerSecond));

        Execute(batch => batch.RemoveQueue(left));
        Assert.That(_network.Run("tc", "qdisc", "show", "dev", "left"), Does.Not.Contain("tbf"));
    }

    [Test]
    public void A_hierarchy_of_token_buckets_is_what_tc_shows()
    {
        AddPair();
        int left = _socket.ReadLink("left").Index;
        Execute(batch => batch.AddHierarchy(left, defaultClass: 2)
            .AddHierarchyClass(left, 2, new TokenBucket(1_000_000, 15_000, 0), 2_000_000));

        Assert.That(_network.Run("tc", "qdisc", "show", "dev", "left"), Does.Contain("qdisc htb 1: root"));
        Assert.That(
            _network.Run("tc", "class", "show", "dev", "left"),
            Does.Contain("class htb 1:2 root prio 0 rate 8Mbit ceil 16Mbit"));
    }

    [Test]
    public void Bytes_and_packets_of_a_link_are_counted()
    {
        Execute(batch => batch.ChangeLink(1, new LinkSettings { IsUp = true }));
        LinkStatistics before = _socket.ReadLink("lo").Statistics;

        _network.Run("python3", "-c", "import socket; s=socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
            + "s.bind(('127.0.0.1', 0)); s.sendto(b'x' * 1000, s.getsockname()); s.recv(2000)");

        LinkStatistics after = _socket.ReadLink("lo").Statistics;
        Assert.That(after.SentPackets - before.SentPackets, Is.EqualTo(1));
        Assert.That(after.ReceivedBytes - before.ReceivedBytes, Is.EqualTo(1028)); // with the headers
    }

    private void AddPair() => Execute(batch => batch.AddLink(
        new VethLink(new LinkSettings { Name = "right" }), new LinkSettings { Name = "left" }));

    private void Execute(Action<NetlinkBatch> write)
    {
        using NetlinkBatch batch = new();
        write(batch);
        _socket.Execute(batch);
    }

    private JsonElement Ip(params string[] arguments) =>
        JsonDocument.Parse(_network.Run("ip", ["-j", .. arguments])).RootElement;
}
