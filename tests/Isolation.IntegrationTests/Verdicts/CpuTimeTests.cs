using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Verdicts;

/// <summary>The limit of CPU time, with a control group that counts it and without one.</summary>
public sealed class CpuTimeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Far = TimeSpan.FromMilliseconds(900);
    private static readonly TimeSpan Endless = TimeSpan.FromHours(1);

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    // Without groups and beside other commands, a process that left its session and lost its parent is nobody's:
    // documented so.
    public static IEnumerable<TestCaseData> Ways() =>
        from form in Enum.GetValues<LoadForm>()
        from counting in (string[])["groups", "processes", "shared"]
        where form != LoadForm.Orphan || counting != "shared"
        select new TestCaseData(form, counting);

    [TestCaseSource(nameof(Ways))]
    [Category("CgroupV2")]
    public async Task A_command_that_takes_more_is_killed_and_told_as_such(LoadForm form, string counting)
    {
        SandboxSpecification specification = Specification(counting);
        using Load far = Load.Burn(Far, form);
        using Load endless = Load.Burn(Endless, form);
        SandboxResult unlimited = await RunAsync(far.In(specification), Load.Command, counting);
        SandboxResult limited = await RunAsync(
            endless.In(specification), Load.Command with { CpuTime = Limit }, counting);

        Assert.That(unlimited.IsSuccess, Is.True, unlimited.ToString());
        Assert.That(limited.Outcome, Is.EqualTo(SandboxOutcome.CpuTimeExceeded), limited.ToString());
        Assert.That(limited.Signal, Is.EqualTo(UnixSignal.SIGKILL), "it was not left to end by itself");
    }

    [TestCaseSource(nameof(Ways))]
    public async Task A_command_that_takes_less_is_left_alone(LoadForm form, string counting)
    {
        using Load load = Load.Burn(Limit / 2, form);

        SandboxResult result = await RunAsync(
            load.In(Specification(counting)), Load.Command with { CpuTime = Limit }, counting);

        Assert.That(result.IsSuccess, Is.True, result.ToString());
        if (counting == "groups")
        {
            Assert.That(result.Usage!.CpuTime, Is.InRange(Limit / 2 * 0.98, Limit * 0.75));
        }
    }

    [Test]
    public async Task CPU_time_that_was_never_sampled_counts()
    {
        SandboxResult result = await Guest.Provider.RunAsync(
            Guest.Specification(), Guest.Shell("true") with { CpuTime = TimeSpan.FromTicks(1) });

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.CpuTimeExceeded));
    }

    [Test]
    public async Task Waiting_takes_no_CPU_time_and_signals_that_are_caught_change_nothing()
    {
        SandboxCommand patient = Guest.Shell("sleep 0.4") with { CpuTime = TimeSpan.FromMilliseconds(300) };
        SandboxCommand stubborn = Guest.Shell(
            "trap '' HUP INT TERM XCPU USR1; while :; do :; done") with
        { CpuTime = Limit };

        Assert.That((await Guest.Provider.RunAsync(Guest.Specification(), patient)).IsSuccess, Is.True);
        Assert.That(
            (await Guest.Provider.RunAsync(Guest.Specification(), stubborn)).Outcome,
            Is.EqualTo(SandboxOutcome.CpuTimeExceeded));
    }

    [Test]
    public async Task A_command_that_stops_itself_meets_its_wall_time()
    {
        SandboxCommand stopped = Guest.Shell("kill -STOP $$") with
        {
            CpuTime = Limit,
            WallTime = TimeSpan.FromMilliseconds(300),
        };

        SandboxResult result = await Guest.Provider.RunAsync(Guest.Specification(), stopped);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
    }

    [Test]
    public async Task The_outcome_names_the_limit_that_was_reached_first()
    {
        SandboxCommand loop = Guest.Shell("while :; do :; done");

        SandboxResult cpu = await Guest.Provider.RunAsync(
            Guest.Specification(), loop with { CpuTime = Limit, WallTime = Guest.Patience });
        SandboxResult wall = await Guest.Provider.RunAsync(
            Guest.Specification(), loop with { CpuTime = Guest.Patience, WallTime = Limit });

        Assert.That(
            (cpu.Outcome, wall.Outcome), Is.EqualTo((SandboxOutcome.CpuTimeExceeded, SandboxOutcome.WallTimeExceeded)));
    }

    [Test]
    public async Task The_kernel_s_own_limit_of_a_process_is_told_as_CPU_time()
    {
        SandboxCommand loop = Guest.Shell("while :; do :; done")
            with
        { ResourceLimits = [new(LimitedResource.CpuTime, 1, 1)] };

        Assert.That(
            (await Guest.Provider.RunAsync(Guest.Specification(), loop)).Outcome,
            Is.EqualTo(SandboxOutcome.CpuTimeExceeded));
    }

    private static SandboxSpecification Specification(string counting)
    {
        if (counting != "groups")
        {
            return Guest.Specification();
        }

        Groups.Require();
        return Groups.Limited(new());
    }

    /// <summary>In a sandbox of its own, or beside another command.</summary>
    private static async Task<SandboxResult> RunAsync(
        SandboxSpecification specification, SandboxCommand command, string counting)
    {
        if (counting != "shared")
        {
            return await Guest.Provider.RunAsync(specification, command);
        }

        await using ISandbox sandbox = await specification.CreateAsync();
        await using ISandboxProcess bystander = await sandbox.StartAsync(Guest.Shell("while :; do sleep 1; done"));
        return await sandbox.RunAsync(command);
    }
}
