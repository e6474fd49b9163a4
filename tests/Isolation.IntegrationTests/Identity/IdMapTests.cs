using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Identity;

public sealed class IdMapTests
{
    private const string ShowMap = "cat /proc/self/uid_map /proc/self/gid_map | tr -s ' '";

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task One_id_of_the_caller_s_choice()
    {
        uint user = HostId("-u"), group = HostId("-g");
        SandboxSpecification specification = Guest.Specification() with
        {
            IdMap = IdMap.One(7, user, 8, group),
            User = new SandboxUser(7, 8),
        };

        Assert.That(
            await specification.OutputAsync($"id -u; id -g; {ShowMap}"),
            Is.EqualTo($"7\n8\n 7 {user} 1\n 8 {group} 1"));
    }

    [Test]
    public async Task Ranges_of_root()
    {
        Requires.Root();
        SandboxSpecification specification = Guest.Specification() with
        {
            IdMap = IdMap.Ranges(
                [new IdRange(0, 700_000, 10), new IdRange(1000, 800_000, 1)], [new IdRange(0, 900_000, 2000)]),
        };

        Assert.That(
            await specification.OutputAsync($"id -u; {ShowMap}"),
            Is.EqualTo("1000\n 0 700000 10\n 1000 800000 1\n 0 900000 2000"));
    }

    [Test]
    public async Task As_many_ranges_as_the_kernel_takes()
    {
        Requires.Root();
        SandboxSpecification specification = Guest.Specification() with
        {
            IdMap = IdMap.Ranges(
                [.. Enumerable.Range(0, 340).Select(i => new IdRange((uint)i, (uint)(10_000 + (2 * i)), 1))],
                [new IdRange(100, 700_000, 1)]),
            User = new SandboxUser(100, 100),
        };

        Assert.That(await specification.OutputAsync("wc -l < /proc/self/uid_map"), Is.EqualTo("340"));
    }

    [Test]
    public async Task Subordinate_ids_of_an_ordinary_user()
    {
        Requires.NotRoot();
        Requires.SubordinateIds();
        using HostDirectory directory = new();
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/out") { Access = MountAccess.ReadWrite }) with
        {
            IdMap = IdMap.Subordinate,
            User = new SandboxUser(1000, 1000) { SupplementaryGroups = [27, 100] },
        };

        string output = await specification.OutputAsync("id -u; id -G; cat /proc/self/setgroups; echo > /out/file");

        string owner = HostProgram.Run("stat", "-c", "%u", directory.At("file")).Trim();
        string first = (await File.ReadAllLinesAsync("/etc/subuid")).First(
            line => line.StartsWith(Environment.UserName + ":", StringComparison.Ordinal)).Split(':')[1];
        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo("1000\n1000 27 100\nallow"));
            Assert.That(long.Parse(owner, null), Is.EqualTo(long.Parse(first, null) + 999));
        });
        await specification.OutputAsync("rm /out/file");
    }

    [Test]
    public async Task Root_of_a_subordinate_map_is_the_user()
    {
        Requires.NotRoot();
        Requires.SubordinateIds();
        using HostDirectory directory = new();
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/out") { Access = MountAccess.ReadWrite }).AsRoot() with
        {
            IdMap = IdMap.Subordinate,
        };

        await specification.OutputAsync("echo > /out/file");

        Assert.That(HostProgram.Run("stat", "-c", "%u", directory.At("file")).Trim(), Is.EqualTo($"{HostId("-u")}"));
    }

    [Test]
    public async Task Subordinate_ids_that_the_user_does_not_have_are_refused_with_a_remedy()
    {
        Requires.NotRoot();
        Requires.NoSubordinateIds();

        SandboxException refusal = await (Guest.Specification() with { IdMap = IdMap.Subordinate }).RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Message, Does.Contain("/etc/subuid"));
            Assert.That(refusal.Remedy, Does.Contain("usermod"));
        });
    }

    [Test]
    public async Task Ids_of_others_are_refused_to_an_ordinary_user()
    {
        Requires.NotRoot();
        SandboxSpecification specification = Guest.Specification() with { IdMap = IdMap.One(1000, 0, 1000, 0) };

        SandboxException refusal = await specification.RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Does.StartWith("write the id map"));
            Assert.That(refusal.ErrorName, Is.EqualTo("EPERM"));
        });
    }

    [Test]
    public async Task A_user_that_the_map_lacks_is_an_error_that_names_the_step()
    {
        SandboxSpecification specification = Guest.Specification();
        await using ISandbox sandbox = await specification.CreateAsync();
        SandboxCommand command = Guest.Shell("true") with { User = new SandboxUser(100_000, 1000) };

        SandboxException? refusal = await Catch(() => sandbox.RunAsync(command));

        Assert.Multiple(() =>
        {
            Assert.That(refusal?.Stage, Is.EqualTo("become the user"));
            Assert.That(refusal?.ErrorName, Is.EqualTo("EINVAL"));
        });
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task A_group_that_the_map_lacks_is_an_error_that_names_the_step()
    {
        SandboxCommand command = Guest.Shell("true") with { User = new SandboxUser(1000, 100_000) };

        Assert.That((await Guest.Specification().RefusalAsync(command)).Stage, Is.EqualTo("become the group"));
    }

    [Test]
    public async Task Supplementary_groups_are_set()
    {
        Requires.Root();
        SandboxSpecification specification = Guest.Specification()
            with
        { User = new SandboxUser(1000, 1000) { SupplementaryGroups = [10, 20, 30] } };

        Assert.That(await specification.OutputAsync("id -G"), Is.EqualTo("1000 10 20 30"));
    }

    [Test]
    public async Task Supplementary_groups_are_refused_where_setgroups_is_denied()
    {
        Requires.NotRoot();
        SandboxSpecification specification = Guest.Specification()
            with
        { User = new SandboxUser(1000, 1000) { SupplementaryGroups = [1000] } };

        SandboxException refusal = await specification.RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Is.EqualTo("set the supplementary groups"));
            Assert.That(refusal.ErrorName, Is.EqualTo("EPERM"));
        });
    }

    [Test]
    public async Task Each_command_may_have_a_user_of_its_own()
    {
        Requires.Root();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        foreach (uint id in (uint[])[0, 1, 65_535])
        {
            SandboxUser user = new(id, id) { SupplementaryGroups = [id] };
            Assert.That(
                Guest.Output(await sandbox.RunAsync(Guest.Shell("id -u; id -g; id -G") with { User = user })),
                Is.EqualTo($"{id}\n{id}\n{id}"));
        }
    }

    [Test]
    public async Task Root_without_a_user_namespace_runs_payloads_as_the_host_s_ids()
    {
        Requires.Root();
        SandboxSpecification specification = Guest.Specification();
        specification = specification
            with
        { Namespaces = specification.Namespaces with { User = NamespaceSource.Host } };
        await using ISandbox sandbox = await specification.CreateAsync();
        await using ISandboxProcess payload = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "10000"));

        int process = HostProcess.Children(sandbox.ProcessId).Single();
        Assert.Multiple(() =>
        {
            Assert.That(HostProcess.Status(process, "Uid").Split('\t'), Is.All.EqualTo("1000"));
            Assert.That(HostProcess.Status(process, "Groups"), Is.Empty);
            Assert.That(HostProcess.Status(process, "CapBnd"), Is.EqualTo("0000000000000000"));
        });
    }

    private static uint HostId(string option) => uint.Parse(HostProgram.Run("id", option).Trim(), null);

    private static async Task<SandboxException?> Catch(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (SandboxException exception)
        {
            return exception;
        }
    }
}
