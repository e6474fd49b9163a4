namespace Isolation.Abstractions.Tests.Validation;

public sealed class HostRootRulesTests
{
    private static readonly SandboxSpecification Host = new()
    {
        Root = new HostRoot(),
        Namespaces = NamespaceSet.NewOnly(Namespaces.None),
        User = SandboxUser.SameAsHost,
    };

    [Test]
    public void A_sandbox_without_any_namespace_is_right() => Assert.That(Errors(Host), Is.Empty);

    [Test]
    public void The_host_s_root_needs_the_host_s_mount_namespace() =>
        Assert.That(
            Errors(Host with { Namespaces = NamespaceSet.NewOnly(Namespaces.Mount) }), Is.EqualTo(new[] { "Root" }));

    [Test]
    public void Nothing_can_be_mounted_or_covered_in_it() =>
        Assert.That(
            Errors(
                Host with { Mounts = [new TemporaryMount("/tmp")], MaskedPaths = ["/etc"], ReadOnlyPaths = ["/usr"] }),
            Is.EqualTo(new[] { "Mounts", "MaskedPaths", "ReadOnlyPaths" }));

    [Test]
    public void The_host_s_user_needs_the_host_s_user_namespace() =>
        Assert.That(
            Errors(Host with { Namespaces = NamespaceSet.NewOnly(Namespaces.User) }), Is.EqualTo(new[] { "User" }));

    [Test]
    public void One_id_alone_that_stands_for_none_is_a_error() =>
        Assert.That(
            Errors(Host with { User = new SandboxUser(uint.MaxValue, 7) }), Is.EqualTo(new[] { "User.UserId" }));

    private static IEnumerable<string> Errors(SandboxSpecification specification) =>
        specification.FindErrors().Select(error => error.Member);
}
