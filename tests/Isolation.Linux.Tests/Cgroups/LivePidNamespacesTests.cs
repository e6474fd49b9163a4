using Isolation.Linux.Cgroups.Groups;

namespace Isolation.Linux.Tests.Cgroups;

/// <summary>The owner of a cgroup in another PID namespace is dead only if nothing can live there.</summary>
public sealed class LivePidNamespacesTests
{
    private const ulong Initial = 4026531836;
    private const ulong Other = 4026532500;
    private string _proc = "";

    [SetUp]
    public void SetUp() => _proc = Directory.CreateTempSubdirectory("isolation-proc-").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_proc, recursive: true);

    [Test]
    public void The_namespaces_of_all_processes_are_found()
    {
        Add("self", Initial);
        Add("1", Initial);
        Add("70", Other);

        Assert.That(LivePidNamespaces.Read(_proc), Is.EquivalentTo((ulong[])[Initial, Other]));
    }

    [Test]
    public void Nothing_is_known_if_the_namespace_of_a_process_is_unreadable()
    {
        Add("self", Initial);
        Add("1", Initial);
        Add("70", null);

        Assert.That(LivePidNamespaces.Read(_proc), Is.Null);
    }

    [TestCase("self")]
    [TestCase("1")]
    public void Nothing_is_known_outside_the_initial_namespace(string process)
    {
        Add("self", process == "self" ? Other : Initial);
        Add("1", process == "1" ? Other : Initial);

        Assert.That(LivePidNamespaces.Read(_proc), Is.Null);
    }

    [Test]
    public void Nothing_is_known_without_proc() => Assert.That(LivePidNamespaces.Read($"{_proc}/none"), Is.Null);

    [Test]
    public void A_zombie_has_no_namespace_and_hides_none()
    {
        Add("self", Initial);
        Add("1", Initial);
        Add("70", null, 'Z');

        Assert.That(LivePidNamespaces.Read(_proc), Is.EquivalentTo((ulong[])[Initial]));
    }

    [Test]
    public void An_owner_is_dead_if_no_process_lives_in_its_namespace()
    {
        CgroupOwner self = new(Initial, 5, 5);
        CgroupOwner owner = new(Other, 7, 7);

        Assert.That(owner.IsDead(self, new HashSet<ulong> { Initial }), Is.True);
        Assert.That(owner.IsDead(self, new HashSet<ulong> { Initial, Other }), Is.False);
        Assert.That(owner.IsDead(self, null), Is.False, "Nothing is known.");
        Assert.That(
            (owner with { Namespace = 0 }).IsDead(self, new HashSet<ulong> { Initial }), Is.False,
            "The owner could not read its own namespace.");
    }

    private void Add(string process, ulong? pidNamespace, char state = 'S')
    {
        Directory.CreateDirectory($"{_proc}/{process}/ns");
        File.WriteAllText($"{_proc}/{process}/stat", $"70 (a b) {state} 1");
        if (pidNamespace is { } number)
        {
            File.CreateSymbolicLink($"{_proc}/{process}/ns/pid", $"pid:[{number}]");
        }
    }
}
