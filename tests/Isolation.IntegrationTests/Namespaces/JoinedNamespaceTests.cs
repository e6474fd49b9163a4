using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.NamespaceKinds;

public sealed class JoinedNamespaceTests
{
    private static readonly SandboxSpecification Donor = Guest.Specification() with
    {
        Namespaces = NamespaceSet.NewOnly(Namespaces.All),
        HostName = "donor",
        TimeOffsets = new(TimeSpan.FromDays(3), TimeSpan.FromDays(3)),
    };

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(Namespaces.Pid, "pid")]
    [TestCase(Namespaces.Network, "net")]
    [TestCase(Namespaces.Ipc, "ipc")]
    [TestCase(Namespaces.Uts, "uts")]
    [TestCase(Namespaces.Cgroup, "cgroup")]
    public async Task Root_joins_one(Namespaces kind, string file)
    {
        Requires.Root();
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = new()
        {
            Mounts = Guest.Programs,
            Namespaces = new NamespaceSet().With(kind, NamespaceSource.OfProcess(donor.ProcessId)),
        };

        await using ISandbox sandbox = await joining.CreateAsync();

        await AssertJoinedAsync(sandbox, donor, file);
        Assert.That(
            HostProcess.Namespace($"{sandbox.ProcessId}", "user"),
            Is.Not.EqualTo(HostProcess.Namespace($"{donor.ProcessId}", "user")));
    }

    [Test]
    public async Task Root_joins_a_time_namespace_without_a_user_namespace_of_its_own()
    {
        Requires.Root();
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = new()
        {
            Mounts = Guest.Programs,
            Namespaces = new NamespaceSet
            {
                User = NamespaceSource.Host,
                Time = NamespaceSource.OfProcess(donor.ProcessId),
            },
        };

        await using ISandbox sandbox = await joining.CreateAsync();

        await AssertJoinedAsync(sandbox, donor, "time");
    }

    [Test]
    public async Task A_time_namespace_cannot_be_joined_from_a_new_user_namespace()
    {
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = Guest.Specification() with
        {
            Namespaces = new NamespaceSet { Time = NamespaceSource.OfProcess(donor.ProcessId) },
        };

        SandboxException refusal = await joining.RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("EPERM"));
            Assert.That(refusal.Stage, Does.StartWith("join the time namespace"));
            Assert.That(refusal.Remedy, Does.Contain("user namespace"));
        });
    }

    [TestCase(Namespaces.None, "user")]
    [TestCase(Namespaces.Pid, "pid")]
    [TestCase(Namespaces.Network, "net")]
    [TestCase(Namespaces.Ipc, "ipc")]
    [TestCase(Namespaces.Uts, "uts")]
    [TestCase(Namespaces.Cgroup, "cgroup")]
    [TestCase(Namespaces.Time, "time")]
    public async Task Anybody_joins_one_together_with_its_user_namespace(Namespaces kind, string file)
    {
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = new()
        {
            Mounts = Guest.Programs,
            Namespaces = new NamespaceSet().With(kind | Namespaces.User, NamespaceSource.OfProcess(donor.ProcessId)),
        };

        await using ISandbox sandbox = await joining.CreateAsync();

        await AssertJoinedAsync(sandbox, donor, "user");
        await AssertJoinedAsync(sandbox, donor, file);
    }

    [Test]
    public async Task All_are_joined_by_process()
    {
        await using ISandbox donor = await Donor.CreateAsync();
        await donor.OutputAsync("echo left by the donor > /tmp/note");
        SandboxSpecification joining = new()
        {
            Namespaces = new NamespaceSet().With(Namespaces.All, NamespaceSource.OfProcess(donor.ProcessId)),
        };

        await AssertSeesDonorAsync(joining, donor);
    }

    [Test]
    public async Task All_are_joined_by_path()
    {
        await using ISandbox donor = await Donor.CreateAsync();
        await donor.OutputAsync("echo left by the donor > /tmp/note");
        NamespaceSet set = new();
        foreach ((Namespaces kind, string file) in Guest.Kinds)
        {
            set = set.With(kind, NamespaceSource.ByPath($"/proc/{donor.ProcessId}/ns/{file}"));
        }

        await AssertSeesDonorAsync(new SandboxSpecification { Namespaces = set }, donor);
    }

    [Test]
    public async Task A_sandbox_in_a_joined_pid_namespace_ends_with_all_that_it_started()
    {
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = new()
        {
            Namespaces = new NamespaceSet().With(Namespaces.All, NamespaceSource.OfProcess(donor.ProcessId)),
        };
        int[] before = HostProcess.InPidNamespaceOf(donor.ProcessId);
        ISandbox sandbox = await joining.CreateAsync();
        SandboxCommand daemons = Guest.Shell("sleep 10000 >/dev/null 2>&1 & setsid sleep 10001 >/dev/null 2>&1 &");
        Guest.Output(await sandbox.RunAsync(daemons with { Leftovers = CommandLeftovers.Keep }));
        Assert.That(
            HostProcess.InPidNamespaceOf(donor.ProcessId), Has.Length.EqualTo(before.Length + 4),
            "init, the reaper of the daemons, and two of them");

        await sandbox.DisposeAsync();

        // Killed processes are taken away by the donor's init, which nobody waits for.
        Assert.That(HostProcess.InPidNamespaceOf(donor.ProcessId).Where(HostProcess.IsAlive), Is.EqualTo(before));
        Assert.That(await donor.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task A_process_that_is_not_there_is_an_error_that_names_the_path()
    {
        SandboxSpecification joining = new()
        {
            Mounts = Guest.Programs,
            Namespaces = new NamespaceSet().With(Namespaces.Network, NamespaceSource.OfProcess(int.MaxValue)),
        };

        SandboxException refusal = await joining.RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(refusal.Target, Is.EqualTo($"/proc/{int.MaxValue}/ns/net"));
        });
    }

    [Test]
    public async Task A_file_that_is_no_namespace_is_an_error()
    {
        using HostDirectory directory = new();
        SandboxSpecification joining = new()
        {
            Mounts = Guest.Programs,
            Namespaces = new NamespaceSet().With(
                Namespaces.Network, NamespaceSource.ByPath(directory.Write("file", ""))),
        };

        Assert.That((await joining.RefusalAsync()).ErrorName, Is.EqualTo("EINVAL"));
    }

    [Test]
    public async Task A_namespace_of_another_kind_is_an_error()
    {
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = new()
        {
            Mounts = Guest.Programs,
            Namespaces = new NamespaceSet().With(
                Namespaces.Network, NamespaceSource.ByPath($"/proc/{donor.ProcessId}/ns/uts")),
        };

        Assert.That((await joining.RefusalAsync()).ErrorName, Is.EqualTo("EINVAL"));
    }

    [Test]
    public async Task A_sandbox_made_below_a_joined_user_namespace_has_a_root_of_its_own()
    {
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = Guest.Specification() with
        {
            Namespaces = new NamespaceSet().With(Namespaces.User, NamespaceSource.OfProcess(donor.ProcessId)),
        };

        Assert.That(await joining.OutputAsync("echo mine > /tmp/file; cat /tmp/file; id -u"), Is.EqualTo("mine\n1000"));
    }

    private static async Task AssertSeesDonorAsync(SandboxSpecification joining, ISandbox donor)
    {
        await using ISandbox sandbox = await joining.CreateAsync();
        foreach ((_, string file) in Guest.Kinds)
        {
            await AssertJoinedAsync(sandbox, donor, file);
        }

        Assert.That(
            await sandbox.OutputAsync("cat /tmp/note; uname -n; cat /proc/1/comm; id -u"),
            Is.EqualTo("left by the donor\ndonor\nisolation-init\n1000"));
    }

    /// <summary>Both init and what it starts are in the donor's namespace.</summary>
    private static async Task AssertJoinedAsync(ISandbox sandbox, ISandbox donor, string file)
    {
        string? wanted = HostProcess.Namespace($"{donor.ProcessId}", file);
        Assert.That(
            HostProcess.Namespace($"{sandbox.ProcessId}", file),
            Is.EqualTo(wanted).And.Not.EqualTo(HostProcess.Namespace("self", file)));
        await using ISandboxProcess payload = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "10000"));
        Assert.That(
            HostProcess.Namespace($"{HostProcess.Children(sandbox.ProcessId).Single()}", file), Is.EqualTo(wanted));
    }
}
