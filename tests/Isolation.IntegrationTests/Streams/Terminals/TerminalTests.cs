using System.Text;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams.Terminals;

/// <summary>A command with a pseudo-terminal, in the sandbox's own devpts and in a pair of the host.</summary>
[TestFixture(true)]
[TestFixture(false)]
public sealed class TerminalTests(bool isSandboxOwn)
{
    private readonly SandboxSpecification _specification = isSandboxOwn
        ? Guest.Specification()
        : new SandboxSpecification
        {
            Mounts = [.. Guest.Programs, new ProcMount(),
                new DeviceMount { Terminals = DeviceTerminals.None }, new TemporaryMount("/tmp")],
        };

    private ISandbox _sandbox = null!;

    [SetUp]
    public async Task SetUp()
    {
        Requires.UserNamespaces();
        _sandbox = await _specification.CreateAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
        }
    }

    [Test]
    public async Task It_is_all_three_streams_and_the_controlling_terminal()
    {
        // The session, the group in the foreground and the shell are one: proc(5), /proc/PID/stat.
        string said = await SayAsync(
            "test -t 0 && test -t 1 && test -t 2 && echo yes; echo tty > /dev/tty; read -r pid name state parent group "
            + "session tty foreground rest < /proc/$$/stat; test $pid$pid = $session$foreground && echo leader");

        Assert.That(said, Is.EqualTo("yes\r\ntty\r\nleader\r\n"));
    }

    [Test]
    public async Task It_has_the_size_from_the_start_on() =>
        Assert.That(await SayAsync("stty size", new CommandTerminal(132, 43)), Is.EqualTo("43 132\r\n"));

    [Test]
    public async Task A_new_size_is_told_by_SIGWINCH()
    {
        await using ISandboxProcess process = await StartAsync(
            "trap 'stty size; exit 3' WINCH; echo ready; while :; do sleep 0.01; done");
        StringBuilder said = await UntilAsync(process, "ready\r\n");

        await process.Terminal!.ResizeAsync(100, 50);

        said = await UntilAsync(process, "50 100\r\n", said);
        Assert.That((await ExitAsync(process)).ExitCode, Is.EqualTo(3));
        Assert.That((process.Terminal.Columns, process.Terminal.Rows), Is.EqualTo((100, 50)));
    }

    [Test]
    public async Task Typed_input_is_echoed_and_read()
    {
        await using ISandboxProcess process = await StartAsync("echo ready; read line; echo \"got $line\"");
        StringBuilder said = await UntilAsync(process, "ready\r\n");

        await process.Terminal!.Stream.WriteAsync("hello\n"u8.ToArray());

        said = await UntilAsync(process, "got hello\r\n", said);
        Assert.That(said.ToString(), Is.EqualTo("ready\r\nhello\r\ngot hello\r\n"));
    }

    [Test]
    public async Task Control_characters_interrupt_and_end()
    {
        await using ISandboxProcess process = await StartAsync(
            "trap 'echo caught' INT; echo ready; cat; echo again; cat; echo end");
        StringBuilder said = await UntilAsync(process, "ready\r\n");

        // Once as an echo, once from cat, which then reads.
        await process.Terminal!.Stream.WriteAsync("1\n"u8.ToArray());
        said = await UntilAsync(process, "1\r\n1\r\n", said);
        await process.Terminal.Stream.WriteAsync((byte[])[3]);
        said = await UntilAsync(process, "again\r\n", said);
        await process.Terminal.Stream.WriteAsync("2\n"u8.ToArray());
        said = await UntilAsync(process, "2\r\n2\r\n", said);
        await process.Terminal.Stream.WriteAsync((byte[])[4]);

        said = await UntilAsync(process, "end\r\n", said);
        Assert.That(said.ToString(), Does.Contain("caught"));
        Assert.That((await ExitAsync(process)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Closing_the_terminal_ends_the_command()
    {
        await using ISandboxProcess process = await StartAsync("echo ready; read line; sleep 100000");
        await UntilAsync(process, "ready\r\n");

        await process.Terminal!.Stream.DisposeAsync();

        Assert.That((await ExitAsync(process)).Signal, Is.EqualTo(UnixSignal.SIGHUP));
    }

    [Test]
    public async Task A_command_that_ends_ends_the_stream_with_all_that_it_wrote()
    {
        await using ISandboxProcess process = await StartAsync("seq 20000");

        string said = await ReadAllAsync(process);

        Assert.That(said, Is.EqualTo(string.Concat(Enumerable.Range(1, 20000).Select(i => $"{i}\r\n"))));
        Assert.That((await ExitAsync(process)).IsSuccess, Is.True);
    }

    [Test]
    public async Task Remaining_output_can_be_read_after_the_end()
    {
        await using ISandboxProcess process = await StartAsync("echo left");

        await ExitAsync(process);

        Assert.That(await ReadAllAsync(process), Is.EqualTo("left\r\n"));
    }

    [Test]
    public async Task Reading_does_not_wait_for_leftovers()
    {
        await using ISandboxProcess process = await StartAsync("trap '' HUP; setsid sleep 100000 & echo done");

        Assert.That(await ReadAllAsync(process), Is.EqualTo("done\r\n"));
        Assert.That((await ExitAsync(process)).IsSuccess, Is.True);
    }

    [Test]
    public async Task Output_is_counted()
    {
        await using ISandboxProcess process = await StartAsync(
            "exec cat /dev/zero", command => command with { TotalOutput = 100_000 });

        Assert.That((await ReadAllAsync(process)).Length, Is.EqualTo(100_000));
        Assert.That((await ExitAsync(process)).Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
    }

    [Test]
    public async Task Cancellation_ends_the_wait()
    {
        using CancellationTokenSource canceled = new();
        await using ISandboxProcess process = await StartAsync("exec sleep 100000");
        ValueTask<int> read = process.Terminal!.Stream.ReadAsync(new byte[1], canceled.Token);

        await canceled.CancelAsync();

        Assert.That(
            async () => await read.AsTask().WaitAsync(Guest.Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Only_the_host_has_the_other_end()
    {
        // Not in a pipeline, whose ends the shell may still have open while it is listed.
        string said = await SayAsync("ls -l /proc/$$/fd | grep -c ptmx; ls -1 /proc/$$/fd");

        Assert.That(
            said.Split("\r\n", StringSplitOptions.RemoveEmptyEntries),
            Is.EqualTo((string[])["0", "0", "1", "2", "10"]).Or.EqualTo((string[])["0", "0", "1", "2"]));
    }

    [Test]
    public async Task Two_commands_have_two_terminals()
    {
        await using ISandboxProcess one = await StartAsync("read line; echo \"one $line\"");
        await using ISandboxProcess other = await StartAsync("read line; echo \"other $line\"");

        await one.Terminal!.Stream.WriteAsync("1\n"u8.ToArray());
        await other.Terminal!.Stream.WriteAsync("2\n"u8.ToArray());

        Assert.That(
            (await ReadAllAsync(one), await ReadAllAsync(other)), Is.EqualTo(("1\r\none 1\r\n", "2\r\nother 2\r\n")));
    }

    [Test]
    public async Task A_program_that_is_not_there_leaves_no_terminal_behind()
    {
        int before = Directory.GetFiles("/proc/self/fd").Length;

        for (int i = 0; i < 20; i++)
        {
            Assert.That(
                async () => await _sandbox.StartAsync(new SandboxCommand("/no/such/program") { Terminal = new() }),
                Throws.InstanceOf<SandboxException>().With.Property(nameof(SandboxException.ErrorName))
                    .EqualTo("ENOENT"));
        }

        Assert.That(Directory.GetFiles("/proc/self/fd").Length, Is.LessThan(before + 20));
    }

    [TestCase(0, 24)]
    [TestCase(65536, 24)]
    [TestCase(80, 0)]
    public async Task A_size_out_of_range_is_refused(int columns, int rows)
    {
        await using ISandboxProcess process = await StartAsync("read line");

        Assert.That(
            async () => await process.Terminal!.ResizeAsync(columns, rows),
            Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static async Task<StringBuilder> UntilAsync(ISandboxProcess process, string end, StringBuilder? said = null)
    {
        said ??= new StringBuilder();
        byte[] buffer = new byte[4096];
        while (!said.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            int count = await process.Terminal!.Stream.ReadAsync(buffer).AsTask().WaitAsync(Guest.Patience);
            Assert.That(count, Is.Positive, $"ended after {said}");
            said.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return said;
    }

    private static async Task<string> ReadAllAsync(ISandboxProcess process)
    {
        using StreamReader reader = new(process.Terminal!.Stream, leaveOpen: true);
        return await reader.ReadToEndAsync().WaitAsync(Guest.Patience);
    }

    private static Task<SandboxResult> ExitAsync(ISandboxProcess process) =>
        process.WaitForExitAsync().WaitAsync(Guest.Patience);

    private async Task<string> SayAsync(string script, CommandTerminal? terminal = null)
    {
        await using ISandboxProcess process = await StartAsync(
            script, command => command with { Terminal = terminal ?? new() });
        return await ReadAllAsync(process);
    }

    private Task<ISandboxProcess> StartAsync(string script, Func<SandboxCommand, SandboxCommand>? change = null)
    {
        SandboxCommand command = Guest.Shell(script) with { Terminal = new() };
        return _sandbox.StartAsync(change is null ? command : change(command));
    }
}
