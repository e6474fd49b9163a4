using System.IO.Pipelines;
using System.Text;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams;

/// <summary>Outputs that are read while the command runs: nobody waits for ever, whatever either side does.</summary>
public sealed class LiveOutputTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    private ISandbox _sandbox = null!;

    [SetUp]
    public async Task SetUp()
    {
        Requires.UserNamespaces();
        _sandbox = await Specification.CreateAsync();
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
    public async Task Lines_come_while_the_command_waits_for_the_receiver()
    {
        await using ISandboxProcess process = await StartAsync(
            "while read line; do echo \"out $line\"; echo \"error $line\" >&2; done");
        using StreamWriter input = new(process.StandardInput!) { AutoFlush = true };
        List<OutputLine> seen = [];
        await input.WriteLineAsync("0");

        await foreach (OutputLine line in process.ReadLinesAsync().WithPatience())
        {
            seen.Add(line);
            if (seen.Count == 200)
            {
                input.Close();
            }
            else if (seen.Count < 200 && seen.Count % 2 == 0)
            {
                await input.WriteLineAsync($"{seen.Count / 2}");
            }
        }

        Assert.Multiple(() =>
        {
            Assert.That(
                Texts(seen, OutputSource.StandardOutput), Is.EqualTo(Enumerable.Range(0, 100).Select(i => $"out {i}")));
            Assert.That(
                Texts(seen, OutputSource.StandardError), Is.EqualTo(
                    Enumerable.Range(0, 100).Select(i => $"error {i}")));
        });
        Assert.That((await process.WaitForExitAsync()).IsSuccess, Is.True);
    }

    [Test]
    public async Task Much_on_the_one_does_not_hold_up_the_other()
    {
        await using ISandboxProcess process = await StartAsync(
            "head -c 5000000 /dev/zero >&2; echo out; head -c 5000000 /dev/zero; echo error >&2");
        long output = 0, error = 0;

        await foreach (OutputChunk chunk in process.ReadChunksAsync().WithPatience())
        {
            _ = chunk.Source == OutputSource.StandardOutput
                ? output += chunk.Bytes.Length
                : error += chunk.Bytes.Length;
        }

        Assert.That((output, error), Is.EqualTo((5_000_004, 5_000_006)));
    }

    [Test]
    public async Task Much_on_standard_error_does_not_hold_up_who_reads_standard_output_alone()
    {
        await using ISandboxProcess process = await _sandbox.StartAsync(
            Guest.Shell("head -c 5000000 /dev/zero >&2; echo out") with { StandardOutput = OutputTarget.Pipe });

        Assert.That(await ReadAllAsync(process.CreateOutputReader()), Is.EqualTo("out\n"));
        Assert.That(
            (await process.WaitForExitAsync().WaitAsync(Guest.Patience)).StandardError.Bytes.Length,
            Is.EqualTo(5_000_000));
    }

    [Test]
    public async Task A_receiver_that_leaves_has_the_command_ended_by_SIGPIPE()
    {
        await using ISandboxProcess process = await StartAsync("exec cat /dev/zero");

        await foreach (OutputChunk chunk in process.ReadChunksAsync().WithPatience())
        {
            Assert.That(chunk.Bytes.Length, Is.Positive);
            break;
        }

        Assert.That(
            (await process.WaitForExitAsync().WaitAsync(Guest.Patience)).Signal, Is.EqualTo(UnixSignal.SIGPIPE));
    }

    [Test]
    public async Task A_receiver_that_cancels_is_told_so_and_the_command_goes_on()
    {
        using CancellationTokenSource canceled = new();
        await using ISandboxProcess process = await StartAsync("echo first; read line; exit 7");
        List<string> seen = [];

        Assert.That(
            async () =>
            {
                await foreach (OutputLine line in process.ReadLinesAsync(cancellationToken: canceled.Token)
                    .WithPatience())
                {
                    seen.Add(line.Text);
                    _ = canceled.CancelAsync();
                }
            },
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(seen, Is.EqualTo((string[])["first"]));
        await process.StandardInput!.WriteAsync("\n"u8.ToArray());
        Assert.That((await process.WaitForExitAsync().WaitAsync(Guest.Patience)).ExitCode, Is.EqualTo(7));
    }

    [Test]
    public async Task A_command_that_is_killed_ends_the_lines()
    {
        await using ISandboxProcess process = await StartAsync("echo first; printf 'no end'; exec sleep 100000");
        List<string> seen = [];

        await foreach (OutputChunk chunk in process.ReadChunksAsync().WithPatience())
        {
            seen.Add(Encoding.UTF8.GetString(chunk.Bytes.Span));
            if (string.Concat(seen) == "first\nno end")
            {
                await process.KillAsync();
            }
        }

        Assert.That(string.Concat(seen), Is.EqualTo("first\nno end"));
    }

    [Test]
    public async Task Disposing_a_command_while_its_lines_are_read_ends_them()
    {
        for (int round = 0; round < 50; round++)
        {
            ISandboxProcess[] processes = await Task.WhenAll(
                Enumerable.Range(0, 4).Select(_ => StartAsync("exec sleep 100000")));
            Task<OutputLine[]>[] readers = [.. processes.Select(
                process => process.ReadLinesAsync().ToArrayAsync().AsTask())];

            await Task.WhenAll(processes.Select(process => process.DisposeAsync().AsTask()));

            Assert.That(await Task.WhenAll(readers).WaitAsync(Guest.Patience), Is.All.Empty);
        }
    }

    [Test]
    public async Task Reading_does_not_wait_for_leftovers()
    {
        await using ISandboxProcess process = await StartAsync("sleep 100000 & echo done");
        List<string> seen = [];

        await foreach (OutputLine line in process.ReadLinesAsync().WithPatience())
        {
            seen.Add(line.Text);
        }

        Assert.That(seen, Is.EqualTo((string[])["done"]));
    }

    [Test]
    public async Task Reading_ends_although_a_leftover_writes_forever()
    {
        await using ISandboxProcess process = await StartAsync("cat /dev/zero & head -c 3 /dev/zero > /dev/null");

        await foreach (OutputChunk chunk in process.ReadChunksAsync().WithPatience())
        {
            Assert.That(chunk.Bytes.Length, Is.Positive);
        }

        Assert.That((await process.WaitForExitAsync().WaitAsync(Guest.Patience)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Input_that_nobody_reads_is_waited_for_until_it_is_canceled()
    {
        using CancellationTokenSource canceled = new();
        await using ISandboxProcess process = await StartAsync("echo ready; exec sleep 100000");
        PipeWriter writer = process.CreateInputWriter();

        Task write = writer.WriteAsync(new byte[1_000_000], canceled.Token).AsTask();
        Assert.That(await FirstLineAsync(process), Is.EqualTo("ready"));
        Assert.That(write.IsCompleted, Is.False);
        await canceled.CancelAsync();

        Assert.That(async () => await write.WaitAsync(Guest.Patience), Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task Input_that_nobody_reads_is_given_up_when_the_command_dies()
    {
        await using ISandboxProcess process = await StartAsync("exec sleep 100000");
        Task write = process.CreateInputWriter().WriteAsync(new byte[1_000_000]).AsTask();

        await process.KillAsync();

        Assert.That(async () => await write.WaitAsync(Guest.Patience), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task Input_that_only_what_was_left_running_holds_is_given_up_too()
    {
        // A shell gives background commands no input unless the input is redirected.
        await using ISandboxProcess process = await StartAsync("sleep 100000 <&0 & exec 0</dev/null; echo ready");
        Task write = process.CreateInputWriter().WriteAsync(new byte[1_000_000]).AsTask();

        Assert.That(async () => await write.WaitAsync(Guest.Patience), Throws.InstanceOf<IOException>());
        Assert.That((await process.WaitForExitAsync().WaitAsync(Guest.Patience)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task A_reader_and_a_writer_carry_ten_megabytes()
    {
        await using ISandboxProcess process = await _sandbox.StartAsync(
            Guest.Shell("exec cat") with { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe });
        byte[] bytes = new byte[10_000_000];
        new Random(1).NextBytes(bytes);
        using MemoryStream received = new();

        PipeWriter writer = process.CreateInputWriter();
        Task copy = process.CreateOutputReader().CopyToAsync(received);
        await writer.WriteAsync(bytes);
        await writer.CompleteAsync();
        await copy.WaitAsync(Guest.Patience);

        Assert.That(received.ToArray().AsSpan().SequenceEqual(bytes), Is.True);
    }

    [Test]
    public async Task A_line_without_end_takes_no_more_memory_than_it_may()
    {
        await using ISandboxProcess process = await StartAsync("exec cat /dev/zero");
        int parts = 0;

        await foreach (OutputLine line in process.ReadLinesAsync(maximumLength: 1000).WithPatience())
        {
            Assert.That((line.Text.Length, line.IsContinued), Is.EqualTo((1000, true)));
            if (++parts == 5000)
            {
                break;
            }
        }
    }

    private static IEnumerable<string> Texts(IEnumerable<OutputLine> lines, OutputSource source) =>
        lines.Where(line => line.Source == source).Select(line => line.Text);

    private static async Task<string> ReadAllAsync(PipeReader reader)
    {
        using StreamReader text = new(reader.AsStream());
        return await text.ReadToEndAsync().WaitAsync(Guest.Patience);
    }

    private static async Task<string?> FirstLineAsync(ISandboxProcess process)
    {
        using StreamReader reader = new(process.StandardOutput!, leaveOpen: true);
        return await reader.ReadLineAsync().WaitAsync(Guest.Patience);
    }

    private Task<ISandboxProcess> StartAsync(string script) =>
        _sandbox.StartAsync(
            Guest.Shell(script) with
            {
                StandardInput = InputSource.Pipe,
                StandardOutput = OutputTarget.Pipe,
                StandardError = OutputTarget.Pipe,
            });
}
