namespace Isolation.Core.Tests.Streaming;

public sealed class LiveOutputExtensionsTests
{
    private static readonly SandboxCommand BothPipes = new("program")
    {
        StandardOutput = OutputTarget.Pipe,
        StandardError = OutputTarget.Pipe,
    };

    [Test]
    public async Task Lines_of_both_outputs_say_which_they_are_of()
    {
        await using ISandboxProcess process = await StartAsync(
            new FakeResponse { StandardOutput = "1\n2\n", StandardError = "3\n" }.ToProgram(), BothPipes);
        List<OutputLine> lines = [];

        await foreach (OutputLine line in process.ReadLinesAsync())
        {
            lines.Add(line);
        }

        Assert.That(lines, Is.EquivalentTo((OutputLine[])
        [
            new(OutputSource.StandardOutput, "1"), new(OutputSource.StandardOutput, "2"),
            new(OutputSource.StandardError, "3"),
        ]));
    }

    [Test]
    public async Task A_program_that_writes_much_to_one_does_not_keep_the_other_waiting()
    {
        byte[] much = new byte[1_000_000];
        await using ISandboxProcess process = await StartAsync(
            async (context, cancellationToken) =>
            {
                await context.StandardError.WriteAsync(much, cancellationToken);
                await context.StandardOutput.WriteAsync(much, cancellationToken);
                await context.StandardError.WriteAsync(much, cancellationToken);
                return FakeExit.Success;
            },
            BothPipes);
        long length = 0;

        await foreach (OutputChunk chunk in process.ReadChunksAsync())
        {
            length += chunk.Bytes.Length;
        }

        Assert.That(length, Is.EqualTo(3_000_000));
    }

    [Test]
    public async Task Leaving_lets_the_program_go_on()
    {
        byte[] more = new byte[1_000_000];
        await using ISandboxProcess process = await StartAsync(
            async (context, cancellationToken) =>
            {
                await context.StandardOutput.WriteAsync("1\n2\n"u8.ToArray(), cancellationToken);
                await context.StandardOutput.WriteAsync(more, cancellationToken);
                await context.StandardError.WriteAsync(more, cancellationToken);
                return FakeExit.Success;
            },
            BothPipes);

        await foreach (OutputLine line in process.ReadLinesAsync())
        {
            Assert.That(line.Text, Is.EqualTo("1"));
            break;
        }

        Assert.That((await process.WaitForExitAsync()).IsSuccess, Is.True);
    }

    [Test]
    public async Task A_token_ends_the_wait_for_a_line()
    {
        await using ISandboxProcess process = await StartAsync(
            static async (_, cancellationToken) =>
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
                return FakeExit.Success;
            },
            BothPipes);
        using CancellationTokenSource source = new();
        IAsyncEnumerator<OutputLine> lines = process.ReadLinesAsync(cancellationToken: source.Token)
            .GetAsyncEnumerator();
        ValueTask<bool> next = lines.MoveNextAsync();

        await source.CancelAsync();

        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task A_stream_that_is_not_a_pipe_cannot_be_read_or_written()
    {
        await using ISandboxProcess process = await StartAsync(
            new FakeResponse().ToProgram(), new SandboxCommand("program"));

        Assert.That(
            () => process.ReadLinesAsync(),
            Throws.InvalidOperationException.With.Message.Contains("OutputTarget.Pipe"));
        Assert.That(() => process.ReadChunksAsync(), Throws.InvalidOperationException);
        Assert.That(
            process.CreateOutputReader, Throws.InvalidOperationException.With.Message.Contains(
                "StandardOutput = OutputTarget.Pipe"));
        Assert.That(
            process.CreateErrorReader, Throws.InvalidOperationException.With.Message.Contains(
                "StandardError = OutputTarget.Pipe"));
        Assert.That(
            process.CreateInputWriter, Throws.InvalidOperationException.With.Message.Contains(
                "StandardInput = InputSource.Pipe"));
    }

    [Test]
    public async Task A_line_that_is_passed_on_must_have_room_for_a_character()
    {
        await using ISandboxProcess process = await StartAsync(new FakeResponse().ToProgram(), BothPipes);

        Assert.That(() => process.ReadLinesAsync(3), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    private static async Task<ISandboxProcess> StartAsync(FakeProgram program, SandboxCommand command)
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(program);
        ISandbox sandbox = await provider.CreateAsync(new SandboxSpecification());
        return await sandbox.StartAsync(command);
    }
}
