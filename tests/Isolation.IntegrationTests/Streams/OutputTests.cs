using System.Security.Cryptography;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams;

public sealed class OutputTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Both_are_captured_apart()
    {
        SandboxResult result = await Specification.RunAsync("echo out; echo error >&2");

        Assert.That((result.StandardOutput.Text, result.StandardError.Text), Is.EqualTo(("out\n", "error\n")));
    }

    [Test]
    public async Task Every_byte_is_captured_as_it_is()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];

        SandboxResult result = await Guest.Provider.RunAsync(
            Specification, Guest.Shell("cat; cat <&0 >&2") with { StandardInput = InputSource.FromBytes(bytes) });

        Assert.That(result.StandardOutput.Bytes.ToArray(), Is.EqualTo(bytes));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(100_000)]
    public async Task As_much_as_the_limit_is_captured_whole(int limit)
    {
        SandboxResult result = await RunAsync($"head -c {limit} /dev/zero", OutputTarget.Capture(limit));

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.Completed));
            Assert.That(result.StandardOutput.Bytes.Length, Is.EqualTo(limit));
            Assert.That(result.StandardOutput.IsTruncated, Is.False);
        });
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(100_000)]
    public async Task One_byte_above_the_limit_is_too_much(int limit)
    {
        SandboxResult result = await RunAsync($"head -c {limit + 1} /dev/zero", OutputTarget.Capture(limit));

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
            Assert.That(result.StandardOutput.Bytes.Length, Is.EqualTo(limit));
            Assert.That(result.StandardOutput.IsTruncated, Is.True);
        });
    }

    [Test]
    public async Task Output_without_end_is_ended_at_the_limit()
    {
        SandboxResult result = await RunAsync("exec cat /dev/zero", OutputTarget.Capture(1_000_000));

        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.OutputExceeded, UnixSignal.SIGKILL)));
    }

    [Test]
    public async Task Errors_without_end_are_ended_at_the_limit_too()
    {
        SandboxCommand command = Guest.Shell("exec cat /dev/zero >&2")
            with
        { StandardError = OutputTarget.Capture(10_000) };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
            Assert.That(result.StandardError.Bytes.Length, Is.EqualTo(10_000));
        });
    }

    [Test]
    public async Task Both_in_one_keep_their_order()
    {
        SandboxCommand command = Guest.Shell("for i in $(seq 500); do echo out $i; echo error $i >&2; done")
            with
        { StandardError = OutputTarget.SameAsStandardOutput };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.Multiple(() =>
        {
            Assert.That(
                result.StandardOutput.Text, Is.EqualTo(
                    string.Concat(Enumerable.Range(1, 500).Select(i => $"out {i}\nerror {i}\n"))));
            Assert.That(result.StandardError.Bytes.Length, Is.Zero);
        });
    }

    [Test]
    public async Task A_file_of_the_host_is_made_or_emptied()
    {
        using HostDirectory directory = new();
        directory.Write("old", "a long text that was there before");
        SandboxCommand command = Guest.Shell("echo out; echo error >&2") with
        {
            StandardOutput = OutputTarget.ToFile(directory.At("old")),
            StandardError = OutputTarget.ToFile(directory.At("new")),
        };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.Multiple(() =>
        {
            Assert.That(result.IsSuccess, Is.True);
            Assert.That(directory.Read("old"), Is.EqualTo("out\n"));
            Assert.That(directory.Read("new"), Is.EqualTo("error\n"));
            Assert.That(result.StandardOutput.Bytes.Length, Is.Zero);
        });
    }

    [Test]
    public async Task A_file_in_a_directory_that_is_missing_is_an_error()
    {
        SandboxException refusal = await Specification.RefusalAsync(
            Guest.Shell("true") with { StandardOutput = OutputTarget.ToFile("/isolation-missing/file") });

        Assert.That((refusal.ErrorName, refusal.Target), Is.EqualTo(("ENOENT", "/isolation-missing/file")));
    }

    [Test]
    public async Task Nowhere()
    {
        SandboxCommand command = Guest.Shell("own=$(readlink /proc/$$/fd/1); echo out; echo error >&2; echo $own >&2")
            with
        { StandardOutput = OutputTarget.Null };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.That((result.StandardOutput.Text, result.StandardError.Text), Is.EqualTo(("", "error\n/dev/null\n")));
    }

    [Test]
    public async Task A_stream_gets_all_and_stays_open()
    {
        using MemoryStream stream = new();

        SandboxResult result = await RunAsync("head -c 10000000 /dev/zero", OutputTarget.ToStream(stream));

        Assert.Multiple(() =>
        {
            Assert.That(result.IsSuccess, Is.True);
            Assert.That(stream.Length, Is.EqualTo(10_000_000));
            Assert.That(stream.CanWrite, Is.True);
        });
    }

    [Test]
    public async Task A_stream_that_fails_is_the_application_s_own_error_and_the_sandbox_lives()
    {
        using FailingStream stream = new();
        await using ISandbox sandbox = await Specification.CreateAsync();

        Assert.That(
            async () =>
                await sandbox.RunAsync(
                    Guest.Shell(
                        "echo out; exec cat /dev/zero") with
                    { StandardOutput = OutputTarget.ToStream(stream) }),
            Throws.InstanceOf<InvalidOperationException>().With.Message.EqualTo("of the application"));
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task Pipes_are_read_while_the_command_runs()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        SandboxCommand command = Guest.Shell(
            "while read line; do echo \"out $line\"; echo \"error $line\" >&2; done") with
        {
            StandardInput = InputSource.Pipe,
            StandardOutput = OutputTarget.Pipe,
            StandardError = OutputTarget.Pipe,
        };
        await using ISandboxProcess process = await sandbox.StartAsync(command);
        using StreamWriter input = new(process.StandardInput!) { AutoFlush = true };
        using StreamReader output = new(process.StandardOutput!), error = new(process.StandardError!);

        for (int i = 0; i < 100; i++)
        {
            await input.WriteLineAsync($"{i}");
            Assert.That(await output.ReadLineAsync(), Is.EqualTo($"out {i}"));
            Assert.That(await error.ReadLineAsync(), Is.EqualTo($"error {i}"));
        }

        input.Close();
        Assert.That(await output.ReadToEndAsync(), Is.Empty);
        Assert.That((await process.WaitForExitAsync()).IsSuccess, Is.True);
    }

    [Test]
    public async Task Output_in_a_pipe_can_be_read_after_the_end()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell("echo left") with { StandardOutput = OutputTarget.Pipe });

        await process.WaitForExitAsync();

        using StreamReader output = new(process.StandardOutput!);
        Assert.That(await output.ReadToEndAsync(), Is.EqualTo("left\n"));
    }

    [TestCase("streams")]
    [TestCase("pipes")]
    public async Task Ten_megabytes_each_way_at_once(string kind)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(10_000_000);
        using MemoryStream output = new(), error = new();
        SandboxCommand command = Guest.Shell("tee /dev/stderr");
        await using ISandbox sandbox = await Specification.CreateAsync();
        if (kind == "streams")
        {
            using MemoryStream input = new(bytes);
            command = command with
            {
                StandardInput = InputSource.FromStream(input),
                StandardOutput = OutputTarget.ToStream(output),
                StandardError = OutputTarget.ToStream(error),
            };
            await sandbox.RunAsync(command);
        }
        else
        {
            command = command with
            {
                StandardInput = InputSource.Pipe,
                StandardOutput = OutputTarget.Pipe,
                StandardError = OutputTarget.Pipe,
            };
            await using ISandboxProcess process = await sandbox.StartAsync(command);
            Task copies = Task.WhenAll(
                process.StandardOutput!.CopyToAsync(output), process.StandardError!.CopyToAsync(error));
            await process.StandardInput!.WriteAsync(bytes);
            await process.StandardInput.DisposeAsync();
            await copies;
            await process.WaitForExitAsync();
        }

        Assert.Multiple(() =>
        {
            Assert.That(output.ToArray().AsSpan().SequenceEqual(bytes), Is.True);
            Assert.That(error.ToArray().AsSpan().SequenceEqual(bytes), Is.True);
        });
    }

    private static Task<SandboxResult> RunAsync(string script, OutputTarget output) =>
        Guest.Provider.RunAsync(Specification, Guest.Shell(script) with { StandardOutput = output });

    private sealed class FailingStream : MemoryStream
    {
        public override ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            ValueTask.FromException(new InvalidOperationException("of the application"));
    }
}
