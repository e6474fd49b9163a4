using System.Globalization;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Host;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Cgroups are removed together with their sandbox or command.</summary>
[Category("CgroupV2")]
public sealed class GroupLifeTests
{
    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task A_sandbox_leaves_no_group()
    {
        string[] during;
        await using (ISandbox sandbox = await Groups.Limited(new() { Processes = 32 }).CreateAsync())
        {
            await sandbox.RunAsync(Guest.Shell("true"));
            await sandbox.RunAsync(
                Guest.Shell("setsid sleep 1000 >/dev/null 2>&1 & true") with { Leftovers = CommandLeftovers.Keep });
            during = Groups.OfThisProcess();
        }

        Assert.That(during, Is.Not.Empty);
        Assert.That(Groups.OfThisProcess(), Is.Empty);
    }

    [Test]
    public async Task A_sandbox_without_a_PID_namespace_leaves_neither_group_nor_process()
    {
        SandboxSpecification specification = Groups.Limited(new() { Processes = 32 }) with
        {
            Namespaces = new NamespaceSet { Pid = NamespaceSource.Host },
            Mounts = [.. Guest.Programs, new DeviceMount()],
        };
        await using (ISandbox sandbox = await specification.CreateAsync())
        {
            await sandbox.RunAsync(
                Guest.Shell("setsid sleep 92837461 >/dev/null 2>&1 & true") with { Leftovers = CommandLeftovers.Keep });
        }

        Assert.That(
            (Groups.OfThisProcess(), HostProcess.WithArgument("92837461")),
            Is.EqualTo((Array.Empty<string>(), Array.Empty<int>())));
    }

    [Test]
    public async Task A_sandbox_that_cannot_be_had_leaves_no_group()
    {
        SandboxSpecification limited = Groups.Limited(new() { Processes = 32 });
        SandboxException noDirectory = await (limited with { Mounts = [new BindMount("/no/such/directory", "/x")] })
            .RefusalAsync();
        SandboxException noProgram = await limited.RefusalAsync(new SandboxCommand("/no/such/program"));
        SandboxException noDevice = await Groups.Limited(
            new() { Processes = 32, InputOutput = [new(4000, 1) { ReadBytes = 1 << 20 }] }).RefusalAsync();
        SandboxException noCpu = await Groups.Limited(new() { Processes = 32, Cpus = [8000] }).RefusalAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That((noDirectory.ErrorName, noProgram.ErrorName), Is.EqualTo(("ENOENT", "ENOENT")));
            Assert.That((noCpu.ErrorNumber, noCpu.Message), Is.Not.EqualTo((0, "")));
            Assert.That(noCpu.Message, Does.Contain("Cpus"));
            Assert.That(
                noDevice.Message, Does.Contain("InputOutput").And.Contain("4000:1").Or.Contain("io controller"));
            Assert.That(Groups.OfThisProcess(), Is.Empty);
        }
    }

    [Test]
    public async Task A_parent_that_does_not_exist_is_told()
    {
        SandboxException refusal = await Groups.Limited(new() { Processes = 32, ParentGroup = "/no-such-group" })
            .RefusalAsync();

        Assert.That(refusal.Message, Does.Contain("no cgroup /no-such-group").And.Contain("mkdir"));
    }

    [Test]
    public async Task An_unavailable_preferred_limit_is_left_out()
    {
        await using ISandbox sandbox = await Groups.Limited(
            new() { Processes = 32, ParentGroup = "/no-such-group", Requirement = Requirement.Prefer }).CreateAsync();
        SandboxResult result = await sandbox.RunAsync(Guest.Shell("true"));

        Assert.That(
            (sandbox.Report.NotApplied.Single().Feature, result.IsSuccess, result.Usage!.Source),
            Is.EqualTo(("set the limit Processes", true, UsageSource.Processes)));
    }

    [Test]
    public async Task A_parent_that_goes_away_is_told_or_reported()
    {
        // The same specification is used again, so where its groups are made is not looked for again.
        CgroupLayout layout = CgroupLayout.Read(HostFiles.Current, null);
        bool isLegacy = layout.TryFind("pids", out ControllerMount? place, out _) && place.Version == CgroupVersion.V1;
        using TestGroup? unified = isLegacy ? null : new TestGroup();
        string name = $"parent-{Environment.ProcessId}";
        string directory = unified is null ? Path.Combine(place!.Directory, name) : unified.Directory;
        SandboxSpecification required = Groups.Limited(
            new() { Processes = 32, ParentGroup = unified?.Path ?? $"{Groups.OwnPath(":pids:")}/{name}" });
        SandboxSpecification preferred = required
            with
        { Limits = required.Limits! with { Requirement = Requirement.Prefer } };
        Directory.CreateDirectory(directory);
        try
        {
            foreach (SandboxSpecification specification in (SandboxSpecification[])[required, preferred])
            {
                Assert.That((await specification.RunAsync("true")).Usage!.Source, Is.EqualTo(UsageSource.Groups));
            }
        }
        finally
        {
            Directory.Delete(directory);
        }

        SandboxException refusal = await required.RefusalAsync();
        await using ISandbox sandbox = await preferred.CreateAsync();
        SandboxResult result = await sandbox.RunAsync(Guest.Shell("true"));

        Assert.That(
            (refusal.ErrorName, refusal.Remedy), Is.EqualTo(
                ("ENOENT", "The parent cgroup no longer exists; something else removes cgroups on this host.")));
        Assert.That(
            (sandbox.Report.NotApplied.Single().Feature, result.IsSuccess, result.Usage!.Source),
            Is.EqualTo(("set the limit Processes", true, UsageSource.Processes)));
    }

    [Test]
    public async Task The_groups_of_commands_that_left_processes_behind_go_after_these()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 32 }).CreateAsync();
        for (int i = 0; i < 3; i++)
        {
            Guest.Output(
                await sandbox.RunAsync(
                    Guest.Shell("setsid sleep 1001 >/dev/null 2>&1 &") with { Leftovers = CommandLeftovers.Keep }));
        }

        Assert.That(MostRuns(), Is.GreaterThanOrEqualTo(3));

        // All but init and the shell itself.
        await sandbox.RunAsync(Guest.Shell("kill -KILL -1"));
        Assert.That(() => sandbox.ReadUsage().CurrentProcesses, Is.Zero.After(60_000, 5));
        await sandbox.RunAsync(Guest.Shell("true"));

        Assert.That(MostRuns(), Is.LessThanOrEqualTo(1), "its own may still be there");

        static int MostRuns() => Groups.OfThisProcess().Max(directory => CgroupFiles.Children(directory).Length);
    }

    [Test]
    public async Task A_group_that_goes_away_is_told()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Processes = 32 }).CreateAsync();
        foreach (string directory in Groups.OfThisProcess())
        {
            // The kernel's files in it are not to be deleted, and need not be.
            Array.ForEach(Directory.GetDirectories(directory), Directory.Delete);
            Directory.Delete(directory);
        }

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.RunAsync(Guest.Shell("true"))))!;

        Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
        Assert.That(refusal.Remedy, Does.Contain("something else removes cgroups"));
    }

    [Test]
    public async Task The_next_application_removes_only_cgroups_of_a_killed_application()
    {
        string[] parents = Groups.Parents;
        string foreign = Path.Combine(parents[0], $"foreign-{Environment.ProcessId}");
        string other = Path.Combine(parents[0], $"isolation-0-1-1-{Environment.ProcessId}");
        Directory.CreateDirectory(foreign);
        Directory.CreateDirectory(other);
        try
        {
            await using ISandbox own = await Groups.Limited(new() { Processes = 32 }).CreateAsync();
            string[] before = Groups.OfThisProcess();
            int dead;
            using (HostProgram host = HostProgram.Start("hold-limited", "6"))
            {
                await host.ReadUntilAsync("ready");
                dead = host.ProcessId;
                Assert.That(Groups.Of(dead), Is.Not.Empty);
                host.Kill();
            }

            // The next application waits only briefly for the cgroups that it removes.
            Assert.That(() => Groups.MembersOf(dead), Is.Empty.After((int)Guest.Patience.TotalMilliseconds, 5));

            // Two at once.
            using HostProgram next = HostProgram.Start("hold-limited", "1");
            using HostProgram another = HostProgram.Start("hold-limited", "1");
            await next.ReadUntilAsync("ready");
            await another.ReadUntilAsync("ready");

            using (Assert.EnterMultipleScope())
            {
                Assert.That(Groups.Of(dead), Is.Empty);
                Assert.That(Groups.Of(next.ProcessId), Is.Not.Empty);
                Assert.That(Groups.Of(another.ProcessId), Is.Not.Empty);
                Assert.That(Groups.OfThisProcess(), Is.EqualTo(before));
                Assert.That(Directory.Exists(foreign) && Directory.Exists(other));
            }
        }
        finally
        {
            Directory.Delete(foreign);
            Directory.Delete(other);
            Array.ForEach(parents, StaleCgroupCleaner.Sweep);
        }
    }

    [Test]
    public async Task Frozen_cgroups_of_a_killed_application_are_removed_in_every_hierarchy()
    {
        int dead;
        using (HostProgram host = HostProgram.Start("hold-frozen"))
        {
            await host.ReadUntilAsync("ready");
            dead = host.ProcessId;
            host.Kill();
        }

        Assert.That(Groups.OfAnywhere(dead), Is.Not.Empty);

        // Without a limit of CPU time, and never frozen.
        using HostProgram next = HostProgram.Start("hold-limited", "1");
        await next.ReadUntilAsync("ready");

        Assert.That(Groups.OfAnywhere(dead), Is.Empty);
    }

    [Test]
    public void An_owner_is_known_by_its_name()
    {
        CgroupOwner owner = CgroupOwner.Current;
        CgroupOwner? parsed = CgroupOwner.Parse(owner.NextName());

        using (Assert.EnterMultipleScope())
        {
            Assert.That(parsed, Is.EqualTo(owner));
            Assert.That(owner.IsDead(owner), Is.False);
            Assert.That(
                (owner with { Start = owner.Start + 1 }).IsDead(owner), Is.True,
                "another process with the same number");
            Assert.That(
                (owner with { Namespace = 1, Start = 1 }).IsDead(owner), Is.False,
                "nothing is known of another PID namespace");
            Assert.That(
                owner.Process.ToString(CultureInfo.InvariantCulture),
                Is.EqualTo(new FileInfo("/proc/self").LinkTarget));
        }
    }
}
