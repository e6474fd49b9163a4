using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Sandboxes.Detached;

/// <summary>States that somebody has damaged, or that were never states.</summary>
public sealed class HostileStateTests : DetachedFixture
{
    [Test]
    public async Task Directories_of_others_in_the_state_directory_are_left_alone()
    {
        await Application().ListAsync();
        string file = Path.Combine(Directory.CreateDirectory($"{States}/photos/2026").FullName, "one");
        await File.WriteAllTextAsync(file, "x");

        Assert.That(await Application().ListAsync(), Is.Empty);
        await Assert.ThrowsAsync<SandboxException>(() => Application().AttachAsync("photos"));
        await Assert.ThrowsAsync<SandboxException>(() => Application().StopAsync("photos"));

        Assert.That(File.Exists(file));
        Directory.Delete($"{States}/photos", recursive: true);
    }

    [Test]
    public async Task A_state_directory_behind_a_link_is_refused()
    {
        await Application().ListAsync();
        string kept = States + ".kept";
        Directory.Move(States, kept);
        Directory.CreateSymbolicLink(States, kept);

        await Assert.ThrowsAsync<SandboxException>(() => Application().ListAsync());

        File.Delete(States);
        Directory.Move(kept, States);
    }

    [Test]
    public async Task A_sandbox_with_a_damaged_state_is_listed_and_can_be_stopped()
    {
        ISandbox first = await Application().CreateAsync(Specification), second =
            await Application().CreateAsync(Specification);
        await first.DisposeAsync();
        await second.DisposeAsync();
        string state = $"{States}/{first.Id}/state.json";
        string content = await File.ReadAllTextAsync(state);
        await File.WriteAllTextAsync(
            state, content.Replace("\"protocol\":1", "\"protocol\":99", StringComparison.Ordinal));

        DetachedSandbox[] listed = [.. await Application().ListAsync()];
        Assert.That(
            listed.Single(one => one.Id == first.Id).Problem, Does.Contain("version 99 of the protocol"));
        Assert.That(listed.Single(one => one.Id == second.Id).Problem, Is.Null);
        await Application().StopAsync(first.Id);
        await Application().StopAsync(second.Id);

        Assert.That(await Application().ListAsync(), Is.Empty);
        Assert.That(HostProcess.IsAlive(first.ProcessId) || HostProcess.IsAlive(second.ProcessId), Is.False);
    }

    [Test]
    public async Task Limits_whose_cgroup_was_removed_are_not_dropped()
    {
        Groups.Require();
        ISandbox sandbox = await Application().CreateAsync(
            Specification with { Limits = new SandboxLimits { Processes = 20 } });
        await sandbox.DisposeAsync();
        foreach (string mount in File.ReadLines("/proc/self/mountinfo")
            .Where(line => line.Contains(" - cgroup", StringComparison.Ordinal)).Select(line => line.Split(' ')[4]))
        {
            foreach (string group in Directory.EnumerateDirectories(
                mount, $"isolation-detached-*-{sandbox.Id}", new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    IgnoreInaccessible = true,
                }).ToArray())
            {
                foreach (string inner in Directory.GetDirectories(group))
                {
                    Directory.Delete(inner);
                }

                Directory.Delete(group);
            }
        }

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => Application().AttachAsync(sandbox.Id)))!;

        Assert.That(refusal.Message, Does.Contain("its limits would not apply"));
        await Application().StopAsync(sandbox.Id);
        Assert.That(HostProcess.IsAlive(sandbox.ProcessId), Is.False);
    }

    [Test]
    public async Task Numbers_of_commands_are_never_used_again()
    {
        ISandbox first = await Application().CreateAsync(Specification);
        await first.RunAsync(Guest.Shell("exit 0"));
        await first.RunAsync(Guest.Shell("exit 0"));
        await first.DisposeAsync();

        ISandbox second = await Application().AttachAsync(first.Id);
        await using ISandboxProcess process = await second.StartAsync(Guest.Shell("exec sleep 100000"));

        Assert.That(process.Number, Is.EqualTo(3));
        await second.StopAsync();
    }

    [Test]
    public async Task Processes_that_a_collected_command_left_stay_its_own()
    {
        ISandbox first = await Application().CreateAsync(Specification);
        await first.RunAsync(
            Guest.Shell("sleep 100000 > /dev/null 2>&1 & exit 0") with { Leftovers = CommandLeftovers.Keep });
        int[] before = HostProcess.InPidNamespaceOf(first.ProcessId);
        await first.DisposeAsync();

        ISandbox second = await Application().AttachAsync(first.Id);
        Assert.That(second.Processes, Is.Empty);
        SandboxResult killed = await second.RunAsync(
            Guest.Shell("sleep 100000") with { WallTime = TimeSpan.FromMilliseconds(100) });

        Assert.That(killed.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(before.Where(HostProcess.IsAlive), Is.EqualTo(before));
        await second.StopAsync();
    }

    [Test]
    public async Task An_init_that_was_stopped_is_woken()
    {
        ISandbox first = await Application().CreateAsync(Specification);
        await first.DisposeAsync();
        Kernel.kill(first.ProcessId, (int)UnixSignal.SIGSTOP);

        ISandbox second = await Application().AttachAsync(first.Id).WaitAsync(Guest.Patience);

        Assert.That(await second.OutputAsync("echo awake"), Is.EqualTo("awake"));
        await second.StopAsync();
    }

    [Test]
    public async Task The_limit_of_wall_time_holds_in_a_joined_time_namespace()
    {
        Requires.Root();
        await using ISandbox donor = await (Guest.Specification() with
        {
            Namespaces = NamespaceSet.NewOnly(Namespaces.All),
            TimeOffsets = new(TimeSpan.FromDays(3), TimeSpan.FromDays(3)),
        }).CreateAsync();
        ISandbox first = await Application().CreateAsync(new()
        {
            Mounts = Guest.Programs,
            Lifetime = SandboxLifetime.Detached,
            Namespaces = new NamespaceSet
            {
                User = NamespaceSource.Host,
                Time = NamespaceSource.OfProcess(donor.ProcessId),
            },
        });
        await first.StartAsync(Guest.Shell("exec sleep 100000") with { WallTime = TimeSpan.FromMilliseconds(500) });
        await first.DisposeAsync();

        ISandbox second = await Application().AttachAsync(first.Id);
        SandboxResult result = await second.Processes.Single().WaitForExitAsync().WaitAsync(Guest.Patience);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
        Assert.That(result.WallTime, Is.LessThan(Guest.Patience));
        await second.StopAsync();
    }

    [Test]
    public async Task A_state_that_no_application_could_read_is_refused_at_once()
    {
        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(() => Application().CreateAsync(
            Specification with { Mounts = [.. Specification.Mounts, new FileEntry("/large", new byte[13 << 20])] })))!;

        Assert.That(refusal.Message, Does.Contain("too large"));
        Assert.That(Directory.GetDirectories(States), Is.Empty);
    }

    [Test]
    public async Task A_sandbox_is_either_stopped_or_released()
    {
        for (int round = 0; round < 20; round++)
        {
            ISandbox sandbox = await Application().CreateAsync(Specification);
            Task<bool> stopping = Task.Run(async () =>
            {
                try
                {
                    await sandbox.StopAsync();
                    return true;
                }
                catch (ObjectDisposedException)
                {
                    return false;
                }
            });
            await Task.Run(() => sandbox.DisposeAsync().AsTask());
            bool isStopped = await stopping;

            Assert.That(
                (await Application().ListAsync()).Any(one => one.Id == sandbox.Id), Is.EqualTo(!isStopped));
            if (!isStopped)
            {
                await Application().StopAsync(sandbox.Id);
            }
        }
    }

    [Test]
    public async Task A_release_leaves_no_descriptor()
    {
        ISandbox first = await Application().CreateAsync(Specification);
        await first.DisposeAsync();
        await AttachOnceAsync();
        int before = Pidfds();

        await AttachOnceAsync();
        await AttachOnceAsync();

        Assert.That(Pidfds(), Is.EqualTo(before));
        await Application().StopAsync(first.Id);

        async Task AttachOnceAsync() => await (await Application().AttachAsync(first.Id)).DisposeAsync();

        static int Pidfds() => Directory.GetFiles("/proc/self/fd")
            .Count(file => new FileInfo(file).LinkTarget is "anon_inode:[pidfd]" or ['p', 'i', 'd', 'f', 'd', ..]);
    }
}
