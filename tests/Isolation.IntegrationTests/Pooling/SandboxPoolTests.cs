using System.Collections.Concurrent;
using System.Globalization;
using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Pooling;

/// <summary>Pools of real sandboxes: each run gets a clean one, whatever the runs before it did.</summary>
public sealed class SandboxPoolTests
{
    private const int Patience = 60_000;
    private const int Step = 5;

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    private static SandboxPoolOptions Few => new() { ReadySandboxes = 1, MaximumSandboxes = 2 };

    [Test]
    public async Task Leftovers_of_a_run_are_invisible_to_other_runs()
    {
        await using SandboxPool pool = new(Guest.Provider, Guest.Specification(), Few);
        for (int i = 0; i < 10; i++)
        {
            SandboxResult result = await pool.RunAsync(
                Guest.Shell("ls -A /tmp; touch /tmp/left; (trap '' HUP TERM; sleep 1000) & echo $$"));
            Assert.That(
                result.StandardOutput.Text.Trim(), Is.EqualTo("2"),
                "no file but the shell's id, which is that of the first process after init");
        }
    }

    [TestCase("kill -9 -1; kill -9 1; exit 3")]
    [TestCase("kill -STOP $$")]
    [TestCase("while :; do sleep 1000 & done")]
    [TestCase("ulimit -c 0; kill -SEGV $$")]
    public async Task Whatever_a_run_does_the_next_is_not_affected(string script)
    {
        await using SandboxPool pool = new(Guest.Provider, Guest.Specification(), Few);

        await pool.RunAsync(Guest.Shell(script) with { WallTime = TimeSpan.FromMilliseconds(300) });

        for (int i = 0; i < 3; i++)
        {
            SandboxResult next = await pool.RunAsync(Guest.Shell("echo fine"));
            Assert.That((next.Outcome, next.StandardOutput.Text), Is.EqualTo((SandboxOutcome.Completed, "fine\n")));
        }
    }

    [Test]
    public async Task Many_runs_at_once_share_few_sandboxes()
    {
        await using SandboxPool pool = new(
            Guest.Provider, Guest.Specification(), new SandboxPoolOptions { ReadySandboxes = 2, MaximumSandboxes = 4 });

        SandboxResult[] results = await Task.WhenAll(Enumerable.Range(0, 100).Select(
            i => pool.RunAsync(Guest.Shell("echo $0 $1", i.ToString(CultureInfo.InvariantCulture)))));

        Assert.That(
            results.Select(result => result.StandardOutput.Text),
            Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"sh {i}\n")));
        Assert.That(pool.Status.Total, Is.LessThanOrEqualTo(4));
    }

    [Test]
    public async Task A_sandbox_whose_first_process_is_killed_is_replaced()
    {
        await using SandboxPool pool = new(Guest.Provider, Guest.Specification(), Few);
        int killed;
        using (SandboxLease lease = await pool.AcquireAsync())
        {
            killed = lease.Sandbox.ProcessId;
            Task<SandboxResult> run = lease.Sandbox.RunAsync(Guest.Shell("sleep 1000"));
            Kernel.Invoke(SystemCallTable.Current.Kill, killed, (long)UnixSignal.SIGKILL);
            Assert.That(
                async () => await run, Throws.TypeOf<SandboxException>().With.Message.Contains("killed from outside"));
            await lease.Sandbox.Ended;
        }

        Assert.That((await pool.RunAsync(Guest.Shell("true"))).IsSuccess, Is.True);
    }

    [Test]
    public async Task One_that_is_killed_while_it_waits_is_given_to_nobody()
    {
        Recorder recorder = new();
        await using SandboxPool pool = new(
            recorder, Guest.Specification(), new SandboxPoolOptions { ReadySandboxes = 3, MaximumSandboxes = 4 });
        await pool.WaitUntilReadyAsync();
        ISandbox[] first = recorder.Made;
        foreach (ISandbox sandbox in first)
        {
            Kernel.Invoke(SystemCallTable.Current.Kill, sandbox.ProcessId, (long)UnixSignal.SIGKILL);
        }

        // Until the kernel has ended them, nobody can tell that they are to end.
        await Task.WhenAll(first.Select(sandbox => sandbox.Ended));

        Assert.That(() => (pool.Status.Ready, pool.Status.Total), Is.EqualTo((3, 3)).After(Patience, Step));
        for (int i = 0; i < 6; i++)
        {
            Assert.That((await pool.RunAsync(Guest.Shell("true"))).IsSuccess, Is.True);
        }
    }

    [Test]
    public async Task A_pool_that_is_drained_leaves_nothing()
    {
        Groups.Require();
        Recorder recorder = new();
        SandboxPool pool = new(
            recorder, Groups.Limited(new() { Processes = 20 }),
            new SandboxPoolOptions { ReadySandboxes = 2, MaximumSandboxes = 3, DrainTime = TimeSpan.Zero });
        SandboxLease lease = await pool.AcquireAsync();
        Task<SandboxResult> running = lease.Sandbox.RunAsync(Guest.Shell("while :; do sleep 1000 & done"));
        await pool.WaitUntilReadyAsync();

        await pool.DisposeAsync();

        await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.That(recorder.Inits, Has.Length.GreaterThanOrEqualTo(3));
        Assert.That(recorder.Inits.Where(init => Directory.Exists($"/proc/{init}")), Is.Empty);
        Assert.That(pool.Status.Total, Is.Zero);
    }

    /// <summary>Remembers what it made.</summary>
    private sealed class Recorder : ISandboxProvider
    {
        private readonly ConcurrentQueue<ISandbox> _made = new();

        public string Name => Guest.Provider.Name;

        public IsolationSupport Support => Guest.Provider.Support;

        public ISandbox[] Made => [.. _made];

        public int[] Inits => [.. _made.Select(sandbox => sandbox.ProcessId)];

        public async Task<ISandbox> CreateAsync(
            SandboxSpecification specification, CancellationToken cancellationToken = default)
        {
            ISandbox sandbox = await Guest.Provider.CreateAsync(specification, cancellationToken);
            _made.Enqueue(sandbox);
            return sandbox;
        }

        public Task<SandboxResult> RunAsync(
            SandboxSpecification specification, SandboxCommand command,
            CancellationToken cancellationToken = default) =>
            Guest.Provider.RunAsync(specification, command, cancellationToken);
    }
}
