using System.Collections.Concurrent;
using Isolation.IntegrationTests.Support;
using static Isolation.IntegrationTests.SystemCalls.Supervised;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>The host takes part in the system calls of a command.</summary>
public sealed class SupervisionTests
{
    private const int EACCES = 13;

    private static readonly SystemCallFilter AsksAboutNames = Asking("uname");

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task The_host_denies_a_call_with_an_error_of_its_choice()
    {
        SandboxResult result = await RunAsync(
            Asking("chdir"), (_, _) => new(SystemCallDecision.Deny(EACCES)), "cd /tmp");

        Assert.That(result.StandardError.Text, Does.Contain("Permission denied").Or.Contain("can't cd"));
        Assert.That(result.IsSuccess, Is.False);
    }

    [Test]
    public async Task The_host_lets_a_call_pass()
    {
        ConcurrentBag<string> seen = [];
        SandboxResult result = await RunAsync(
            Asking("chdir"),
            (call, _) =>
            {
                seen.Add(call.Name);
                return new(SystemCallDecision.Allow);
            },
            "cd /tmp && pwd");

        Assert.That(result.StandardOutput.Text, Is.EqualTo("/tmp\n"));
        Assert.That(seen, Is.EqualTo((string[])["chdir"]));
    }

    [Test]
    public async Task The_host_returns_a_value_in_place_of_the_call()
    {
        SandboxResult result = await RunAsync(
            Asking("getppid"), (_, _) => new(SystemCallDecision.Return(4711)), "echo $PPID");

        Assert.That(result.StandardOutput.Text, Is.EqualTo("4711\n"));
    }

    [Test]
    public async Task The_host_puts_a_descriptor_into_the_process()
    {
        Guest.RequirePython();
        using HostDirectory directory = new();
        await File.WriteAllTextAsync(directory.At("secret"), "of the host");
        SandboxCommand command = Guest.Python(
            "import socket; s = socket.socket(socket.AF_INET6, socket.SOCK_RAW, 41); import os; "
            + "print(os.pread(s.fileno(), 100, 0).decode())") with
        {
            SystemCalls = Asking("socket"),
            SystemCallSupervision = new()
            {
                Handler = async (call, token) =>
                {
                    await Task.Yield();
                    return call["domain"] == 10
                        ? SystemCallDecision.Install(File.OpenHandle(directory.At("secret")))
                        : SystemCallDecision.Deny();
                },
            },
        };

        SandboxResult result = await Guest.Provider.RunAsync(Guest.Specification(), command);

        Assert.That(
            result.StandardOutput.Text, Does.StartWith("of the host"),
            $"{result.StandardError.Text} {result.SystemCallHandlerFailure}");
    }

    [Test]
    public async Task Handlers_cannot_read_address_arguments()
    {
        ConcurrentBag<SystemCallNotification> seen = [];
        SandboxResult result = await RunAsync(
            Asking("openat"),
            (call, _) =>
            {
                seen.Add(call);
                return new(SystemCallDecision.Allow);
            },
            "cat /etc/hostname; true");

        SystemCallNotification first = seen.First();
        Assert.Multiple(() =>
        {
            Assert.That(result.IsSuccess, Is.True);
            Assert.That(first.Arguments.Single(argument => argument.Name == "filename").Value, Is.Null);
            Assert.That(first["dfd"], Is.Not.Zero);
            Assert.That(() => first["filename"], Throws.InvalidOperationException);
            Assert.That(() => first["path"], Throws.ArgumentException);
        });
    }

    [Test]
    public async Task A_command_that_is_not_let_execute_holds_up_nobody_for_good()
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        TaskCompletionSource asked = new();
        TaskCompletionSource<SystemCallDecision> never = new();
        SandboxCommand command = Guest.Shell("true") with
        {
            SystemCalls = Asking("execve"),
            SystemCallSupervision = new()
            {
                Handler = (_, _) =>
                {
                    asked.TrySetResult();
                    return new(never.Task);
                },
                Deadline = TimeSpan.FromDays(1),
            },
        };
        using CancellationTokenSource cancellation = new();
        Task<SandboxResult> waiting = sandbox.RunAsync(command, cancellation.Token);
        await asked.Task.WaitAsync(Guest.Patience);

        await cancellation.CancelAsync();

        await ((Task)waiting.WaitAsync(Guest.Patience)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.That(waiting.IsCompleted, Is.True);
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task The_call_that_executes_the_program_is_asked_about_like_any_other()
    {
        SandboxResult result = await RunAsync(Asking("execve"), (_, _) => new(SystemCallDecision.Allow), "echo done");

        Assert.That(result.StandardOutput.Text, Is.EqualTo("done\n"));
    }

    [Test]
    public async Task Calls_of_leftovers_are_denied_after_the_command_has_ended()
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        SandboxCommand command = Guest.Shell(
            "mkfifo /tmp/go; (setsid sh -c 'read x < /tmp/go; cd /tmp || echo refused > /tmp/answer; echo > /tmp/done' "
            + "> /dev/null 2>&1 &) ; true") with
        {
            SystemCalls = Asking("chdir"),
            SystemCallSupervision = new() { Handler = (_, _) => new(SystemCallDecision.Allow) },
            Leftovers = CommandLeftovers.Keep,
        };
        await using ISandboxProcess other = await sandbox.StartAsync(
            Guest.Shell("read x") with { StandardInput = InputSource.Pipe });
        Guest.Output(await sandbox.RunAsync(command));

        Assert.That(
            await sandbox.OutputAsync("mkfifo /tmp/done; echo > /tmp/go; read x < /tmp/done; cat /tmp/answer"),
            Is.EqualTo("refused"));
    }

    [Test]
    public async Task A_filter_that_asks_the_host_needs_somebody_who_answers()
    {
        SandboxCommand command = Guest.Shell("true") with { SystemCalls = AsksAboutNames };

        Assert.That(
            async () => await Guest.Provider.RunAsync(Guest.Specification(), command),
            Throws.TypeOf<SandboxSpecificationException>().With.Message.Contains("handler"));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task Many_commands_are_asked_about_at_once(bool inOneSandbox)
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        SandboxCommand command = Guest.Shell("i=0; while [ $i -lt 50 ]; do cd /tmp || exit 1; i=$((i+1)); done") with
        {
            SystemCalls = Asking("chdir"),
            SystemCallSupervision = new() { Handler = (_, _) => new(SystemCallDecision.Allow) },
        };

        SandboxResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            _ => inOneSandbox ? sandbox.RunAsync(command) : Guest.Provider.RunAsync(Guest.Specification(), command)));

        Assert.That(results.Select(result => result.IsSuccess), Is.All.True);
    }
}
