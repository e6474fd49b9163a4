using Isolation.IntegrationTests.Landlock;
using Isolation.IntegrationTests.Support;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Streams.Terminals;

/// <summary>Terminals of commands that are restricted in other ways as well.</summary>
public sealed class TerminalTierTests
{
    private const string Script = "test -t 0 && test -t 2 && stty size";

    [Test]
    public async Task Without_namespaces_the_host_makes_a_pair_for_it()
    {
        Restricted.Require(6);
        await using ISandbox sandbox = await SandboxPresets.Unprivileged().CreateAsync(LinuxSandboxProvider.Default);

        Assert.That(await SayAsync(sandbox, Guest.Shell(Script)), Is.EqualTo("24 80\r\n"));
    }

    [Test]
    public async Task Under_Landlock()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);

        Assert.That(
            await SayAsync(sandbox, Guest.Shell(Script + "; tty; echo again > /dev/tty")),
            Is.EqualTo("24 80\r\n/dev/pts/0\r\nagain\r\n"));
    }

    [Test]
    public async Task In_the_sandbox_s_own_devpts_it_belongs_to_the_user_who_can_open_it_again_by_its_name()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        Assert.That(
            await SayAsync(
                sandbox, Guest.Shell("tty; stat -c '%u %a' $(tty); echo again > /dev/stderr; echo again > $(tty)")),
            Is.EqualTo("/dev/pts/0\r\n1000 620\r\nagain\r\nagain\r\n"));
    }

    [Test]
    public async Task With_the_filter_of_judges()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        Assert.That(
            await SayAsync(sandbox, Guest.Shell("echo $((6 * 7))") with { SystemCalls = SystemCallFilter.Judge }),
            Is.EqualTo("42\r\n"));
    }

    [Test]
    public async Task A_terminal_works_with_system_call_supervision()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        SandboxCommand command = Guest.Shell("cd /tmp; " + Script + "; echo again > /dev/tty") with
        {
            SystemCalls = new SystemCallFilter { Rules = [new(["chdir"], SystemCallAction.Notify)] },
            SystemCallSupervision = new() { Handler = (_, _) => new(SystemCallDecision.Allow) },
        };

        Assert.That(await SayAsync(sandbox, command), Is.EqualTo("24 80\r\nagain\r\n"));
    }

    [Test]
    public async Task In_a_root_with_nothing_but_programs()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await new SandboxSpecification { Mounts = Guest.Programs }.CreateAsync();

        Assert.That(await SayAsync(sandbox, Guest.Shell(Script)), Is.EqualTo("24 80\r\n"));
    }

    [Test]
    public async Task As_root_of_the_sandbox()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await Guest.Specification().AsRoot().CreateAsync();

        Assert.That(await SayAsync(sandbox, Guest.Shell("stat -c %u $(tty)")), Is.EqualTo("0\r\n"));
    }

    [Test]
    public async Task Devices_that_something_covers_are_an_error_that_says_so()
    {
        Requires.UserNamespaces();
        await using ISandbox sandbox = await Guest.Specification(new TemporaryMount("/dev/pts")).CreateAsync();

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.StartAsync(Guest.Shell(Script) with { Terminal = new() })))!;

        Assert.That((refusal.ErrorName, refusal.Target), Is.EqualTo(("ENOENT", "/dev/pts/ptmx")));
        Assert.That(refusal.Remedy, Does.Contain("mount nothing over the sandbox's devices"));
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public void RunAsync_refuses_a_terminal() =>
        Assert.That(
            async () =>
                await LinuxSandboxProvider.Default.RunAsync(
                    Guest.Specification(), new SandboxCommand("true") { Terminal = new() }),
            Throws.InstanceOf<SandboxSpecificationException>().With.Message.Contains("StartAsync"));

    private static async Task<string> SayAsync(ISandbox sandbox, SandboxCommand command)
    {
        await using ISandboxProcess process = await sandbox.StartAsync(command with { Terminal = new() });
        using StreamReader reader = new(process.Terminal!.Stream);
        return await reader.ReadToEndAsync().WaitAsync(Guest.Patience);
    }
}
