namespace Isolation.Core.Tests.Building;

public sealed class SandboxBuilderTests
{
    [Test]
    public void The_default_is_the_default_specification() =>
        Assert.That(new SandboxBuilder().Build(), Is.EqualTo(new SandboxSpecification()));

    [Test]
    public void The_example_of_the_guide_reads_well_and_builds()
    {
        SandboxSpecification specification = new SandboxBuilder()
            .WithRoot(root => root.FromHost("/usr", "/lib", "/lib64").Temporary("/tmp", 64.MiB()))
            .WithNamespaces(Namespaces.All)
            .Build();

        Assert.That(specification.Mounts, Is.EqualTo((MountEntry[])
        [
            new BindMount("/usr", "/usr"), new BindMount("/lib", "/lib"), new BindMount("/lib64", "/lib64"),
            new TemporaryMount("/tmp"),
        ]));
        Assert.That(specification.Namespaces.Time, Is.EqualTo(NamespaceSource.New));
    }

    [Test]
    public void Every_value_arrives()
    {
        SandboxSpecification specification = new SandboxBuilder()
            .WithName("judge")
            .WithRoot(new DirectoryRoot("/srv/image"))
            .WithMounts(new ProcMount(), new TemporaryMount("/tmp"))
            .WithMaskedPaths("/proc/keys")
            .AddMaskedPaths("/proc/kcore")
            .WithReadOnlyPaths("/proc/sys")
            .WithNamespaces(Namespaces.All)
            .WithUser(7, 8, 9)
            .WithIdMap(map => map.Add(0, 100_000, 1000))
            .WithHostName("box")
            .WithDomainName("domain")
            .WithTimeOffsets(TimeSpan.FromDays(1), TimeSpan.FromDays(2))
            .Build();

        Assert.That(specification.Name, Is.EqualTo("judge"));
        Assert.That(specification.Root, Is.EqualTo(new DirectoryRoot("/srv/image")));
        Assert.That(specification.Mounts, Has.Length.EqualTo(2));
        Assert.That(specification.MaskedPaths, Is.EqualTo((string[])["/proc/keys", "/proc/kcore"]));
        Assert.That(specification.ReadOnlyPaths, Is.EqualTo((string[])["/proc/sys"]));
        Assert.That(specification.User, Is.EqualTo(new SandboxUser(7, 8) { SupplementaryGroups = [9] }));
        Assert.That(
            specification.IdMap, Is.EqualTo(
                IdMap.Ranges([new IdRange(0, 100_000, 1000)], [new IdRange(0, 100_000, 1000)])));
        Assert.That(specification.HostName, Is.EqualTo("box"));
        Assert.That(specification.DomainName, Is.EqualTo("domain"));
        Assert.That(specification.TimeOffsets, Is.EqualTo(new TimeOffsets(TimeSpan.FromDays(1), TimeSpan.FromDays(2))));
    }

    [Test]
    public void With_replaces_and_Add_appends()
    {
        SandboxBuilder builder = new SandboxBuilder()
            .WithRoot(root => root.Proc().Mask("/proc/keys").ReadOnly("/proc/sys"))
            .WithRoot(root => root.Devices())
            .AddToRoot(root => root.Temporary("/tmp"))
            .AddMounts(new DirectoryEntry("/home"));

        SandboxSpecification specification = builder.Build();

        Assert.That(
            specification.Mounts, Is.EqualTo(
                (MountEntry[])[new DeviceMount(), new TemporaryMount("/tmp"), new DirectoryEntry("/home")]));
        Assert.That(specification.MaskedPaths, Is.Empty);
        Assert.That(specification.ReadOnlyPaths, Is.Empty);
    }

    [Test]
    public void A_root_alone_leaves_the_mounts()
    {
        SandboxSpecification specification = new SandboxBuilder()
            .WithRoot(root => root.Proc())
            .WithRoot(new DirectoryRoot("/srv"))
            .Build();

        Assert.That(specification.Root, Is.TypeOf<DirectoryRoot>());
        Assert.That(specification.Mounts, Has.Length.EqualTo(1));
    }

    [Test]
    public void Namespaces_come_from_where_they_are_said_to_come()
    {
        SandboxSpecification specification = new SandboxBuilder()
            .WithHostNamespaces(Namespaces.Network)
            .WithPreferredNamespaces(Namespaces.Cgroup | Namespaces.Time)
            .WithNamespacesOf(42, Namespaces.Ipc)
            .WithNamespaces(Namespaces.Uts, NamespaceSource.ByPath("/run/uts"))
            .Build();

        Assert.That(specification.Namespaces, Is.EqualTo(new NamespaceSet
        {
            Network = NamespaceSource.Host,
            Cgroup = NamespaceSource.NewIfPossible,
            Time = NamespaceSource.NewIfPossible,
            Ipc = NamespaceSource.OfProcess(42),
            Uts = NamespaceSource.ByPath("/run/uts"),
        }));
    }

    [Test]
    public void An_invalid_value_is_refused_at_once()
    {
        SandboxBuilder builder = new();

        Assert.That(() => builder.WithName(""), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithHostName(""), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithDomainName(new string('d', 65)), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithRoot(new DirectoryRoot("srv")), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithRoot(new ChrootRoot("srv")), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithRoot(root => root.FromHost("usr")), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithRoot((Action<RootBuilder>)null!), Throws.ArgumentNullException);
        Assert.That(() => builder.WithRoot((RootFileSystem)null!), Throws.ArgumentNullException);
        Assert.That(
            () => builder.AddMounts(new TemporaryMount("/tmp") { Size = 0 }), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.AddMounts([null!]), Throws.ArgumentNullException);
        Assert.That(() => builder.WithMaskedPaths("keys"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithReadOnlyPaths("sys"), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithNamespaces((Namespaces)256), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => builder.WithNamespacesOf(0, Namespaces.Pid), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithUser(uint.MaxValue, 0), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => builder.WithUser(null!), Throws.ArgumentNullException);
        Assert.That(() => builder.WithIdMap((IdMap)null!), Throws.ArgumentNullException);
        Assert.That(() => builder.WithTimeOffsets(TimeSpan.MaxValue, default), Throws.InstanceOf<ArgumentException>());
        Assert.That(builder.Build(), Is.EqualTo(new SandboxSpecification()), "what was refused left a trace");
    }

    [Test]
    public void A_error_in_a_mount_says_which_one_it_is()
    {
        SandboxBuilder builder = new SandboxBuilder().AddMounts(new ProcMount());

        SandboxSpecificationException exception =
            Assert.Throws<SandboxSpecificationException>(() => builder.AddMounts(new BindMount("/a", "b")))!;

        Assert.That(exception.Errors.Single().Member, Is.EqualTo("Mounts[1].Target"));
    }

    [Test]
    public void A_contradiction_between_parts_is_refused_by_Build()
    {
        SandboxBuilder builder = new SandboxBuilder()
            .WithRoot(root => root.Proc().Temporary("/tmp").Temporary("/tmp"))
            .WithHostNamespaces(Namespaces.Pid | Namespaces.Uts)
            .WithHostName("box");

        SandboxSpecificationException exception = Assert.Throws<SandboxSpecificationException>(() => builder.Build())!;

        Assert.That(
            exception.Errors.Select(error => error.Member),
            Is.EqualTo((string[])["Mounts[0]", "Mounts[2].Target", "HostName"]));
    }

    [Test]
    public void A_builder_that_was_refused_can_be_put_right()
    {
        SandboxBuilder builder = new SandboxBuilder().WithUser(5, 5).WithIdMap(map => map.Add(0, 1000));
        Assert.That(() => builder.Build(), Throws.TypeOf<SandboxSpecificationException>());

        Assert.That(builder.WithUser(0, 0).Build().User.UserId, Is.Zero);
    }

    [Test]
    public void A_built_specification_does_not_change()
    {
        SandboxBuilder builder = new();
        SandboxSpecification built = builder.Build();

        Assert.That(() => builder.WithName("late"), Throws.InvalidOperationException);
        Assert.That(() => builder.AddToRoot(root => root.Proc()), Throws.InvalidOperationException);
        Assert.That(builder.Build(), Is.SameAs(built));
    }

    [Test]
    public void Another_builder_goes_on_from_a_specification()
    {
        SandboxSpecification first = new SandboxBuilder().WithRoot(root => root.Proc()).Build();
        SandboxSpecification second = new SandboxBuilder(first).AddToRoot(root => root.Devices()).Build();

        Assert.That(first.Mounts, Has.Length.EqualTo(1));
        Assert.That(second.Mounts, Has.Length.EqualTo(2));
    }

    [Test]
    public void A_specification_with_lists_that_were_never_set_is_a_start_as_well()
    {
        SandboxSpecification start = new() { Mounts = default, MaskedPaths = default, ReadOnlyPaths = default };

        Assert.That(
            new SandboxBuilder(start).AddMaskedPaths("/a").AddMounts(new ProcMount()).Build().Mounts,
            Has.Length.EqualTo(1));
    }
}
