using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>Reports of the calls that a command made, and of the denied ones.</summary>
public sealed class ObservationTests
{
    private const int EPERM = 1;

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Each_denied_call_is_told_with_its_name_and_arguments()
    {
        SandboxCommand command = Observed("cd /tmp; umask 077; umask 022; true", SystemCallObservation.Denied) with
        {
            SystemCalls = new()
            {
                Rules = [new(["chdir"], SystemCallAction.Errno(EPERM)), new(["umask"], SystemCallAction.Errno(0))],
            },
        };

        SandboxResult result = await Guest.Provider.RunAsync(Guest.Specification(), command);

        ObservedCall umask = result.ObservedCalls.Single(call => call.Name == "umask");
        ObservedCall chdir = result.ObservedCalls.Single(call => call.Name == "chdir");
        Assert.Multiple(() =>
        {
            Assert.That(umask.Count, Is.GreaterThanOrEqualTo(2));
            Assert.That(umask.Action, Is.EqualTo(SystemCallAction.Errno(0)));
            Assert.That(umask.Examples.Select(example => example.Single().Value), Does.Contain(0b000_111_111ul));
            Assert.That(chdir.Count, Is.EqualTo(1));
            Assert.That(chdir.Examples.Single().Single().Value, Is.Null, "An address says nothing.");
            Assert.That(result.StandardError.Text, Does.Contain("cd"), "It is denied all the same.");
        });
    }

    [Test]
    public async Task A_program_that_is_denied_nothing_is_told_nothing_of()
    {
        SandboxResult result = await Guest.Provider.RunAsync(
            Guest.Specification(), Observed("echo out", SystemCallObservation.Denied));

        Assert.That(result.ObservedCalls, Is.Empty);
        Assert.That(result.StandardOutput.Text, Is.EqualTo("out\n"));
    }

    [Test]
    public async Task A_call_that_kills_is_told_and_kills()
    {
        SandboxCommand command = Observed("cd /tmp; echo not reached", SystemCallObservation.Denied) with
        {
            SystemCalls = new() { Rules = [new(["chdir"], SystemCallAction.KillProcess)] },
        };

        SandboxResult result = await Guest.Provider.RunAsync(Guest.Specification(), command);

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.SystemCallDenied));
            Assert.That(result.ObservedCalls.Single().Name, Is.EqualTo("chdir"));
            Assert.That(result.StandardOutput.Text, Is.Empty);
        });
    }

    [Test]
    public async Task A_profile_is_learned_from_a_run_and_is_enough_for_another()
    {
        const string Script = "echo hello > /tmp/file; cat /tmp/file; ls -l / > /dev/null; (true) ; exit 3";
        SandboxResult observed = await Guest.Provider.RunAsync(
            Guest.Specification(), Observed(Script, SystemCallObservation.All));

        SystemCallFilter learned = SystemCallFilter.Allowing(observed.ObservedCalls);
        SandboxResult run = await Guest.Provider.RunAsync(
            Guest.Specification(), Guest.Shell(Script) with { SystemCalls = learned });
        SandboxResult other = await Guest.Provider.RunAsync(
            Guest.Specification(), Guest.Shell("umask 077; ln -s a /tmp/b") with { SystemCalls = learned });

        Assert.Multiple(() =>
        {
            Assert.That(observed.ExitCode, Is.EqualTo(3));
            Assert.That(observed.StandardOutput.Text, Is.EqualTo("hello\n"));
            Assert.That(
                observed.ObservedCalls.Select(call => call.Name), Does.Contain("execve").And.Contain("exit_group"));
            Assert.That(run.ExitCode, Is.EqualTo(3), run.StandardError.Text);
            Assert.That(run.StandardOutput.Text, Is.EqualTo("hello\n"));
            Assert.That(other.IsSuccess, Is.False);
        });
    }

    [Test]
    public async Task Many_denied_calls_take_no_more_room_than_few()
    {
        SandboxCommand command = Observed(
            "i=0; while [ $i -lt 20000 ]; do umask $((i % 512)); i=$((i+1)); done", SystemCallObservation.Denied) with
        {
            SystemCalls = new() { Rules = [new(["umask"], SystemCallAction.Errno(0))] },
        };

        SandboxResult result = await Guest.Provider.RunAsync(Guest.Specification(), command);

        ObservedCall umask = result.ObservedCalls.Single();
        Assert.That(result.IsSuccess, Is.True, result.StandardError.Text);
        Assert.That(umask.Count, Is.GreaterThanOrEqualTo(20_000));
        Assert.That(umask.Examples, Has.Length.EqualTo(8));
    }

    private static SandboxCommand Observed(string script, SystemCallObservation observation) =>
        Guest.Shell(script) with { SystemCallSupervision = new() { Observation = observation } };
}
