using System.Collections.Immutable;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Events;
using Isolation.Linux.FileSystem;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Isolation.Linux.Plans;
using Isolation.Linux.Programs;
using Isolation.Linux.Sandboxes;
using Isolation.Linux.Steps;
using Isolation.TestHost;
using Microsoft.Win32.SafeHandles;
using static Isolation.IntegrationTests.Robustness.FailingSteps;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Every single step of a set-up and of a command is made to fail, one after the other.</summary>
public sealed class StepFailureTests
{
    private const int FurtherMappings = 150;

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [TestCase("built")]
    [TestCase("directory")]
    [TestCase("overlay")]
    [TestCase("kept overlay")]
    [TestCase("chroot")]
    public async Task A_failing_step_of_the_set_up_is_named_and_leaves_nothing(string kind)
    {
        using HostDirectory directory = new();
        SandboxSpecification specification = Specification(kind, directory)
            with
        { Hardening = new() { SessionKeyring = Requirement.Require } };
        SandboxPlan plan = SandboxPlanner.Plan(specification, PlanningHost.Current);
        SandboxCommand command = new("/bin/true") { WorkingDirectory = "/" };
        await CreateAsync(specification, plan);
        await RunOnceAsync(specification, command, plan);
        HostState before = HostState.Capture();
        List<ProgramStep> notReached = [];

        for (int step = 1; step <= plan.Steps.Length; step++)
        {
            (int number, string name) = ErrorNumbers[step % ErrorNumbers.Length];
            SandboxPlan failing = plan with
            {
                Program = Broken(plan.Program, step, number, out bool isCall),
                ProgramBeforeCommand = Broken(plan.ProgramBeforeCommand, step, number, out _),
            };
            SandboxException? created = await CatchAsync(() => CreateAsync(specification, failing));
            SandboxException? ran = await CatchAsync(() => RunOnceAsync(specification, command, failing));
            if (created is null)
            {
                Assert.That(ran, Is.Null);
                if (isCall)
                {
                    notReached.Add(plan.Steps[step - 1]);
                }

                continue;
            }

            AssertNames(created, plan.Steps[step - 1], number, name);

            // The last step clears up before the sandbox waits for commands, which a one-shot never does.
            if (ran is not null || step < plan.Steps.Length)
            {
                AssertNames(ran, plan.Steps[step - 1], number, name);
            }
        }

        // A path to be covered is a directory or a file, or missing: of the ways for each, one is gone at most. Bounds
        // of the user namespace are preferred.
        Assert.That(
            notReached.Select(step => step.Target).Distinct()
                .Where(target => target?.StartsWith("/proc/sys/user", StringComparison.Ordinal) != true),
            Is.SubsetOf(specification.MaskedPaths.Concat(specification.ReadOnlyPaths).Distinct()));
        await CreateAsync(specification, plan);
        HostState.Capture().HasNothingMoreThan(before, FurtherMappings);
    }

    [TestCase("overlay")]
    [TestCase("kept overlay")]
    public async Task A_failing_step_of_an_overlay_that_the_host_lays_is_named_and_leaves_nothing(string kind)
    {
        Requires.Root();
        using HostDirectory directory = new();
        SandboxSpecification specification = Specification(kind, directory);
        SandboxPlan plan = SandboxPlanner.Plan(specification, PlanningHost.Current);
        ImmutableArray<ProgramStep> steps = [];
        int failing = 0, error = 0;
        bool isCall = false;
        plan = plan with
        {
            Sources = [.. plan.Sources.Select(
                source => source is OverlaySource overlay ? overlay with { ChangeProgram = Change } : source)],
        };
        await CreateAsync(specification, plan);
        HostState before = HostState.Capture();

        for (int step = 1; step <= steps.Length; step++)
        {
            failing = step;
            (error, string name) = ErrorNumbers[step % ErrorNumbers.Length];
            SandboxException? created = await CatchAsync(() => CreateAsync(specification, plan));
            if (isCall)
            {
                AssertNames(created, steps[step - 1], error, name);
            }
        }

        failing = 0;
        await CreateAsync(specification, plan);
        HostState.Capture().HasNothingMoreThan(before, FurtherMappings);

        void Change(ProgramBuilder builder)
        {
            steps = [.. builder.Steps];
            if (failing > 0)
            {
                isCall = FailingProgram.Break(
                    builder.At(builder.BaseAddress, builder.Length & ~7), builder.BaseAddress, failing, error);
            }
        }
    }

    [Test]
    public async Task A_failing_step_of_something_preferred_is_reported_and_the_rest_comes_up()
    {
        using HostDirectory directory = new();
        SandboxSpecification specification = Specification("built", directory);
        specification = specification
            with
        {
            Mounts = [.. specification.Mounts.Select(entry => entry with { Requirement = Requirement.Prefer })],
            MaskedPaths = [],
            ReadOnlyPaths = [],
        };
        SandboxPlan plan = SandboxPlanner.Plan(specification, PlanningHost.Current);
        int reported = 0;
        for (int step = 1; step <= plan.Steps.Length; step++)
        {
            SandboxPlan failing = plan with { Program = Broken(plan.Program, step, 12, out bool isCall) };
            try
            {
                await using LinuxSandbox sandbox = await LinuxSandbox.CreateAsync(
                    specification, failing, new DeadlineQueue(TimeProvider.System), null, default);
                if (!isCall)
                {
                    Assert.That(sandbox.Report.NotApplied, Is.Empty);
                    continue;
                }

                Assert.That(sandbox.Report.NotApplied, Is.Not.Empty, plan.Steps[step - 1].ToString());
                NotApplied first = sandbox.Report.NotApplied[0];
                Assert.That(first.Feature, Is.EqualTo(plan.Steps[step - 1].ToString()));
                Assert.That(first.Reason, Does.StartWith("ENOMEM"));
                reported++;
            }
            catch (SandboxException exception)
            {
                // Not a step of an entry: the root itself, the identity, the names.
                AssertNames(exception, plan.Steps[step - 1], 12, "ENOMEM");
            }
        }

        Assert.That(reported, Is.GreaterThan(specification.Mounts.Length));
    }

    [Test]
    public async Task A_failing_step_of_a_command_is_named_and_the_sandbox_lives_on()
    {
        SandboxSpecification specification = TestSandboxes.Standard;
        SandboxPlan plan = SandboxPlanner.Plan(specification, PlanningHost.Current);
        using SafeFileHandle file = File.OpenHandle("/dev/null");
        SandboxCommand command = new("true")
        {
            Descriptors = ImmutableDictionary<int, System.Runtime.InteropServices.SafeHandle>.Empty.Add(7, file),
            ResourceLimits = [new ResourceLimit(LimitedResource.OpenFiles, 64),
                new ResourceLimit(LimitedResource.CpuTime, 10)],
            Nice = 5,
            Affinity = [0],
            WorkingDirectory = "/usr",
            StandardInput = InputSource.FromText("input"),
        };
        int failingStep = 0;
        int error = 0;
        ImmutableArray<ProgramStep> steps = [];
        plan = plan with
        {
            ChangeProgram = builder =>
            {
                steps = [.. builder.Steps];
                if (failingStep > 0)
                {
                    FailingProgram.Break(
                        builder.At(builder.BaseAddress, builder.Length & ~7), builder.BaseAddress, failingStep, error);
                }
            },
        };
        await using LinuxSandbox sandbox = await LinuxSandbox.CreateAsync(
            specification, plan, new DeadlineQueue(TimeProvider.System), null, default);
        (await sandbox.RunAsync(command)).EnsureSuccess();
        await RunOnceAsync(specification, command, plan);
        int count = steps.Length;
        List<ProgramStep> notReached = [];
        HostState before = HostState.Capture();
        int inside = OpenInInit(sandbox);

        // Downwards and upwards, since one failure must not be taken for an earlier one.
        foreach (int step in Enumerable.Range(1, count).Reverse().Concat(Enumerable.Range(1, count)))
        {
            failingStep = step;
            (error, string name) = ErrorNumbers[step % ErrorNumbers.Length];
            SandboxException?[] failures =
            [
                await CatchAsync(async () => (await sandbox.RunAsync(command)).EnsureSuccess()),
                await CatchAsync(async () => await (await sandbox.StartAsync(command)).DisposeAsync()),
                await CatchAsync(() => RunOnceAsync(specification, command, plan)),
            ];
            if (failures[0] is null)
            {
                Assert.That(failures, Is.All.Null);
                notReached.Add(steps[step - 1]);
                continue;
            }

            foreach (SandboxException? failure in failures)
            {
                AssertNames(failure, steps[step - 1], error, name);
            }

            failingStep = 0;
            (await sandbox.RunAsync(command)).EnsureSuccess();
        }

        Assert.That(notReached.Select(step => step.Action).Distinct(), Is.SubsetOf(["execute", "find in the PATH"]));
        HostState.Capture().HasNothingMoreThan(before, FurtherMappings);

        // Init closes what it had for a command after it has told of the end.
        Assert.That(
            () => OpenInInit(sandbox),
            Is.LessThanOrEqualTo(inside).After((int)Guest.Patience.TotalMilliseconds, 5));
    }

    /// <summary>Counts the descriptors of init. Only root can: init is not dumpable.</summary>
    private static int OpenInInit(LinuxSandbox sandbox) =>
        Environment.IsPrivilegedProcess ? Directory.GetFileSystemEntries($"/proc/{sandbox.ProcessId}/fd").Length : 0;
}
