using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.NamespaceKinds;

public sealed class NewNamespaceTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Each_of_the_eight_is_the_payload_s_own()
    {
        SandboxSpecification specification = Guest.Specification()
            with
        { Namespaces = NamespaceSet.NewOnly(Namespaces.All) };

        string inside = await specification.OutputAsync(
            "cd /proc/self/ns; for kind in user mnt pid net ipc uts cgroup time; do readlink $kind; done");

        string[] links = inside.Split('\n');
        Assert.Multiple(() =>
        {
            for (int i = 0; i < Guest.Kinds.Length; i++)
            {
                string file = Guest.Kinds[i].File;
                Assert.That(links[i], Does.StartWith(file + ":["));
                Assert.That(links[i], Is.Not.EqualTo(HostProcess.Namespace("self", file)));
            }
        });
    }

    [TestCase(Namespaces.User, "user")]
    [TestCase(Namespaces.Pid, "pid")]
    [TestCase(Namespaces.Network, "net")]
    [TestCase(Namespaces.Ipc, "ipc")]
    [TestCase(Namespaces.Uts, "uts")]
    [TestCase(Namespaces.Cgroup, "cgroup")]
    [TestCase(Namespaces.Time, "time")]
    public async Task One_can_be_left_to_the_host(Namespaces left, string file)
    {
        if (left == Namespaces.User)
        {
            Requires.Root();
        }

        SandboxSpecification specification = new()
        {
            Mounts = Guest.Programs,
            Namespaces = NamespaceSet.NewOnly(Namespaces.All).With(left, NamespaceSource.Host),
        };

        await using ISandbox sandbox = await specification.CreateAsync();

        string init = $"{sandbox.ProcessId}";
        Assert.Multiple(() =>
        {
            Assert.That(HostProcess.Namespace(init, file), Is.EqualTo(HostProcess.Namespace("self", file)));
            foreach ((Namespaces kind, string other) in Guest.Kinds)
            {
                if (kind != left)
                {
                    Assert.That(
                        HostProcess.Namespace(init, other), Is.Not.EqualTo(
                            HostProcess.Namespace("self", other)), other);
                }
            }
        });
        Assert.That(await sandbox.OutputAsync("echo runs"), Is.EqualTo("runs"));
    }

    [Test]
    public async Task Preferred_namespaces_are_new_if_the_host_supports_them()
    {
        SandboxSpecification specification = Guest.Specification() with
        {
            Namespaces = NamespaceSet.NewOnly(Namespaces.All).With(
                Namespaces.Time | Namespaces.Network, NamespaceSource.NewIfPossible),
        };

        await using ISandbox sandbox = await specification.CreateAsync();

        Assert.Multiple(() =>
        {
            Assert.That(sandbox.Report.NotApplied, Is.Empty);
            Assert.That(
                HostProcess.Namespace($"{sandbox.ProcessId}", "time"),
                Is.Not.EqualTo(HostProcess.Namespace("self", "time")));
            Assert.That(
                HostProcess.Namespace($"{sandbox.ProcessId}", "net"),
                Is.Not.EqualTo(HostProcess.Namespace("self", "net")));
        });
    }

    [Test]
    public async Task Process_1_is_init_and_no_process_of_the_host_is_seen()
    {
        string output = await Guest.Specification().OutputAsync("cat /proc/1/comm; cd /proc; echo [0-9]*; echo $$");

        string[] lines = output.Split('\n');
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Is.EqualTo("isolation-init"));
            Assert.That(lines[1], Is.EqualTo($"1 {lines[2]}"));
        });
    }

    [Test]
    public async Task The_cgroup_tree_begins_at_the_sandbox()
    {
        string output = await Guest.Specification().OutputAsync("cat /proc/self/cgroup");

        Assert.That(output.Split('\n'), Is.All.EndsWith(":/"));
    }

    [Test]
    public async Task The_host_and_the_domain_are_named_inside_only()
    {
        string before = File.ReadAllText("/proc/sys/kernel/hostname");
        SandboxSpecification specification = Guest.Specification() with
        {
            HostName = "böx",
            DomainName = "example.test",
        };

        string output = await specification.OutputAsync("uname -n; cat /proc/sys/kernel/domainname");

        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo("böx\nexample.test"));
            Assert.That(File.ReadAllText("/proc/sys/kernel/hostname"), Is.EqualTo(before));
        });
    }

    [Test]
    public async Task The_host_name_is_sandbox_unless_another_is_given() =>
        Assert.That(await Guest.Specification().OutputAsync("uname -n"), Is.EqualTo("sandbox"));

    [Test]
    public async Task A_new_ipc_namespace_has_message_queues_of_its_own()
    {
        string output = await Guest.Specification(new MessageQueueMount("/dev/mqueue"))
            .OutputAsync("touch /dev/mqueue/one && ls /dev/mqueue");

        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo("one"));
            Assert.That(File.Exists("/dev/mqueue/one"), Is.False);
        });
    }
}
