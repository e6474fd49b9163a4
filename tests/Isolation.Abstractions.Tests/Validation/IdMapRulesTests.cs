using System.Collections.Immutable;

namespace Isolation.Abstractions.Tests.Validation;

public sealed class IdMapRulesTests
{
    private static readonly IdRange Usual = new(0, 100_000, 65_536);
    private static readonly SandboxSpecification Plain = new();

    private static SandboxSpecification WithUsers(params ImmutableArray<IdRange> users) =>
        Plain with { IdMap = IdMap.Ranges(users, [Usual]) };

    private static SandboxSpecification WithGroups(params ImmutableArray<IdRange> groups) =>
        Plain with { IdMap = IdMap.Ranges([Usual], groups) };

    [Test]
    public void Good_maps_are_taken()
    {
        Errors.None(WithUsers(Usual));
        Errors.None(WithUsers(new IdRange(0, 1000, 1), new IdRange(1, 100_000, 65_535)));
        Errors.None(WithUsers(new IdRange(0, 0, uint.MaxValue)));
        Errors.None(Plain with { IdMap = IdMap.Subordinate });
        Errors.None(Plain with { IdMap = IdMap.One(0, 1000, 0, 1000), User = new SandboxUser(0, 0) });
    }

    [Test]
    public void A_map_needs_a_new_user_namespace()
    {
        SandboxSpecification host = Plain with { Namespaces = new() { User = NamespaceSource.Host } };
        SandboxSpecification joined = Plain with { Namespaces = new() { User = NamespaceSource.OfProcess(1) } };

        Errors.None(host);
        Errors.None(joined);
        Errors.One(host with { IdMap = IdMap.Ranges([Usual], [Usual]) }, "IdMap", "user namespace");
        Errors.One(joined with { IdMap = IdMap.Subordinate }, "IdMap", "user namespace");
    }

    [Test]
    public void Ranges_are_not_empty()
    {
        Errors.One(WithUsers(new IdRange(0, 0, 0), Usual), "IdMap.Users[0]", "at least 1");
        Errors.One(WithGroups(Usual, new IdRange(70_000, 0, 0)), "IdMap.Groups[1]", "at least 1");
    }

    [TestCase(1u, 0u, uint.MaxValue)]
    [TestCase(0u, 1u, uint.MaxValue)]
    [TestCase(uint.MaxValue, 0u, 1u)]
    [TestCase(70_000u, uint.MaxValue, 1u)]
    [TestCase(uint.MaxValue - 1, 0u, 2u)]
    public void Ranges_end_before_the_id_that_stands_for_none(uint inside, uint host, uint count)
    {
        Errors.One(WithUsers(Usual, new IdRange(inside, host, count)), "IdMap.Users[1]", "4294967294");
        Errors.One(WithGroups(Usual, new IdRange(inside, host, count)), "IdMap.Groups[1]", "4294967294");
    }

    [Test]
    public void Ranges_do_not_overlap()
    {
        Errors.One(WithUsers(Usual, new IdRange(65_535, 1, 1)), "IdMap.Users[1]", "inside");
        Errors.One(WithUsers(Usual, new IdRange(65_536, 165_535, 10)), "IdMap.Users[1]", "host");
        Errors.None(WithUsers(Usual, new IdRange(65_536, 165_536, 10)));
        Errors.None(WithUsers(new IdRange(65_536, 0, 10), Usual));
    }

    [Test]
    public void There_are_at_most_340_ranges()
    {
        static ImmutableArray<IdRange> Make(uint count) =>
            [Usual, .. Enumerable.Range(1, (int)count - 1).Select(
                number => new IdRange(65_535 + (uint)number, (uint)number, 1))];

        Errors.None(WithUsers(Make(340)));
        Errors.One(WithUsers(Make(341)), "IdMap.Users", "340");
    }

    [Test]
    public void A_map_has_ranges()
    {
        SandboxSpecification empty = Plain with { IdMap = IdMap.Ranges(default, []) };

        Assert.That(
            empty.FindErrors().Select(error => error.Member),
            Is.EqualTo((string[])["IdMap.Users", "IdMap.Groups", "User.UserId", "User.GroupId"]));
    }

    [Test]
    public void The_user_is_in_the_map()
    {
        SandboxSpecification one = Plain
            with
        { IdMap = IdMap.Ranges([new IdRange(0, 1000, 1)], [new IdRange(10, 1000, 2)]) };

        Errors.None(one with { User = new SandboxUser(0, 11) { SupplementaryGroups = [10, 11] } });
        Errors.One(one with { User = new SandboxUser(1, 10) }, "User.UserId", "id map");
        Errors.One(one with { User = new SandboxUser(0, 12) }, "User.GroupId", "id map");
        Errors.One(
            one with { User = new SandboxUser(0, 10) { SupplementaryGroups = [10, 9] } },
            "User.SupplementaryGroups[1]", "id map");
    }

    [Test]
    public void The_user_of_a_command_is_in_the_map()
    {
        SandboxSpecification one = Plain with { IdMap = IdMap.One(0, 1000, 0, 1000), User = new SandboxUser(0, 0) };
        SandboxCommand command = new("/bin/true") { User = new SandboxUser(0, 5) };

        Errors.One(command.FindErrors(one), "User.GroupId", "id map");
    }

    [Test]
    public void The_id_that_stands_for_none_is_nobody()
    {
        Errors.One(Plain with { User = new SandboxUser(uint.MaxValue, 0) }, "User.UserId", "4294967295");
        Errors.One(Plain with { User = new SandboxUser(0, uint.MaxValue) }, "User.GroupId", "4294967295");
    }

    [Test]
    public void There_are_at_most_65536_groups()
    {
        ImmutableArray<uint> groups = [.. Enumerable.Range(0, 65_537).Select(number => (uint)number)];

        Errors.None(Plain with { User = new SandboxUser(0, 0) { SupplementaryGroups = default } });
        Errors.One(
            Plain with { User = new SandboxUser(0, 0) { SupplementaryGroups = groups } },
            "User.SupplementaryGroups", "65536");
    }
}
