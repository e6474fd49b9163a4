using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Groups;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Sandboxes in a cgroup that the application names.</summary>
[Category("CgroupV2")]
public sealed class CgroupPathTests
{
    private const long Mebi = 1 << 20;

    private TestPath _path;

    [SetUp]
    public void MakePath()
    {
        Groups.Require();
        _path = new TestPath();
    }

    [TearDown]
    public void RemovePath() => _path?.Dispose();

    [Test]
    public async Task A_sandbox_is_exactly_there_in_every_hierarchy_until_it_is_disposed_of()
    {
        string[] groups;
        SandboxResult greedy;
        await using (ISandbox sandbox = await Boxed(new() { Memory = 48 * Mebi, Processes = 7 }).CreateAsync())
        {
            groups = Placed(await sandbox.OutputAsync("cat /proc/self/cgroup"));
            greedy = await sandbox.RunAsync(Guest.Shell(Groups.Allocate(100)));

            Assert.That(
                _path.Existing.Select(directory => $"{directory}/pids.max").Where(File.Exists)
                    .Select(file => File.ReadAllText(file).Trim()), Is.EqualTo(["7"]));
            Assert.That(_path.Existing, Has.Length.EqualTo(groups.Length));
            Assert.That(Groups.OfThisProcess(), Is.Empty);
        }

        Assert.That(groups, Is.Not.Empty.And.All.Match($":{_path.Path}/run-[0-9]+$"));
        Assert.That(greedy.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded));
        Assert.That(_path.Existing, Is.Empty);
    }

    [Test]
    public async Task A_single_command_is_in_the_cgroup_of_its_sandbox()
    {
        string[] groups = Placed(await Boxed(new() { Processes = 7 }).OutputAsync("cat /proc/self/cgroup"));

        Assert.That(groups, Is.Not.Empty.And.All.EndWith($":{_path.Path}"));
        Assert.That(_path.Existing, Is.Empty);
    }

    [Test]
    public async Task A_cgroup_with_a_process_is_refused_and_unchanged([Values] Requirement requirement)
    {
        string directory = _path.Create();
        using HostedProcess process = HostedProcess.Start(directory);

        SandboxException refusal = await Boxed(new() { Processes = 7, Requirement = requirement }).RefusalAsync();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                (refusal.ErrorName, refusal.Target, refusal.Remedy), Is.EqualTo(
                    ("EBUSY", directory,
                        "Remove the cgroup, or choose another path (SandboxLimits.CgroupPath).")));
            Assert.That(refusal.Message, Does.Contain("it contains 1 process)"));
            Assert.That(_path.Existing, Is.EqualTo([directory]));
            Assert.That(_path.Members(), Has.Length.EqualTo(1));
        }
    }

    [Test]
    public async Task A_cgroup_with_another_below_it_is_refused_and_unchanged()
    {
        string below = Directory.CreateDirectory($"{_path.Create()}/other").FullName;

        SandboxException refusal = await Boxed(new() { Processes = 7 }).RefusalAsync();

        Assert.That(refusal.Message, Does.Contain("EBUSY (it contains the cgroup other)"));
        Assert.That(Directory.Exists(below));
    }

    [Test]
    public async Task An_empty_cgroup_is_replaced_without_its_limits()
    {
        string directory = _path.Create();
        Directory.CreateDirectory($"{directory}/run-1");
        await File.WriteAllTextAsync($"{directory}/pids.max", "1");

        await using (ISandbox sandbox = await Boxed(new() { Memory = 48 * Mebi }).CreateAsync())
        {
            Assert.That(await sandbox.OutputAsync("sh -c 'true; echo many' | cat | cat"), Is.EqualTo("many"));
        }

        Assert.That(_path.Existing, Is.Empty);
    }

    [Test]
    public async Task A_second_sandbox_is_refused_even_if_the_first_runs_nothing([Values] Requirement requirement)
    {
        SandboxSpecification second = Boxed(new() { Processes = 7, Requirement = requirement });
        SandboxException refusal;
        await using (ISandbox sandbox = await Boxed(new() { Processes = 8, Memory = 48 * Mebi }).CreateAsync())
        {
            refusal = await second.RefusalAsync();
            Guest.Output(await sandbox.RunAsync(Guest.Shell("true")));
        }

        Guest.Output(await second.RunAsync("true"));
        Assert.That(refusal.Message, Does.Contain("EBUSY (another sandbox uses it)"));
    }

    [Test]
    public async Task One_of_many_sandboxes_gets_a_path()
    {
        for (int round = 0; round < 10; round++)
        {
            SandboxLimits[] limits = [new() { Processes = 7 }, new() { Memory = 48 * Mebi }, new() { Cpu = 1 }];
            Task<ISandbox?>[] attempts = [.. Enumerable.Range(0, 6).Select(
                i => Task.Run(() => TryCreateAsync(Boxed(limits[i % limits.Length]))))];
            ISandbox?[] sandboxes = await Task.WhenAll(attempts);
            ISandbox[] created = [.. sandboxes.OfType<ISandbox>()];

            Assert.That(created, Has.Length.EqualTo(1));
            Guest.Output(await created[0].RunAsync(Guest.Shell("true")));
            await created[0].DisposeAsync();
            Assert.That(_path.Existing, Is.Empty);
        }
    }

    [Test]
    public async Task A_path_can_be_used_again_at_once()
    {
        SandboxSpecification specification = Boxed(new() { Processes = 7 });
        for (int round = 0; round < 20; round++)
        {
            ISandbox sandbox = await specification.CreateAsync();
            Guest.Output(await sandbox.RunAsync(Guest.Shell("true")));
            await sandbox.DisposeAsync();

            // The next sandbox must not notice that.
            await using ISandbox next = await specification.CreateAsync();
            await using ISandboxProcess process = await next.StartAsync(Guest.Shell("exec sleep 1000"));
            await sandbox.DisposeAsync();
            Guest.Output(await next.RunAsync(Guest.Shell("true")));
            Assert.That(process.WaitForExitAsync().IsCompleted, Is.False);
        }
    }

    [Test]
    public async Task Further_hierarchies_have_the_path_too()
    {
        SandboxLimits limits = new() { Processes = 7, CgroupPath = _path.Path };
        await using (ISandbox sandbox = await Boxed(limits).CreateAsync())
        {
            await sandbox.ChangeLimitsAsync(limits with { Cpu = 0.5 });
            await sandbox.FreezeAsync();
            await sandbox.ThawAsync();
            string[] groups = Placed(await sandbox.OutputAsync("cat /proc/self/cgroup"));

            Assert.That(groups, Has.Some.Contains("cpu").Or.Some.StartsWith("0::"));
            Assert.That(_path.Existing, Has.Length.EqualTo(groups.Length));
            Assert.That(
                () => sandbox.ChangeLimitsAsync(limits with { CgroupPath = $"{_path.Path}2" }),
                Throws.ArgumentException.With.Message.Contains("CgroupPath must not change"));
        }

        Assert.That(_path.Existing, Is.Empty);
    }

    [Test]
    public async Task The_path_of_a_killed_application_can_be_used_when_its_processes_are_gone()
    {
        SandboxSpecification specification = Boxed(new() { Processes = 7 });
        using HostProgram host = HostProgram.Start("hold-at", _path.Path);
        await host.ReadUntilAsync("ready");
        SandboxException refusal = await specification.RefusalAsync();
        host.Kill();
        Assert.That(_path.Members, Is.Empty.After((int)Guest.Patience.TotalMilliseconds, 5));
        Array.ForEach(Groups.Parents, StaleCgroupCleaner.Sweep);
        string[] left = _path.Existing;

        Guest.Output(await specification.RunAsync("true"));

        Assert.That(refusal.Message, Does.Contain("EBUSY (another sandbox uses it)"));
        Assert.That(left, Is.Not.Empty);
        Assert.That(_path.Existing, Is.Empty);
    }

    private SandboxSpecification Boxed(SandboxLimits limits) => Groups.Limited(
        limits with { CgroupPath = _path.Path }) with
    {
        // Lets the command see its path in the hierarchies.
        Namespaces = new NamespaceSet { Cgroup = NamespaceSource.Host },
    };

    private string[] Placed(string lines) =>
        [.. lines.Split('\n').Where(line => line.Contains(_path.Path, StringComparison.Ordinal))];

    private static async Task<ISandbox?> TryCreateAsync(SandboxSpecification specification)
    {
        try
        {
            return await specification.CreateAsync();
        }
        catch (SandboxException refusal) when (refusal.ErrorName == "EBUSY")
        {
            return null;
        }
    }
}
