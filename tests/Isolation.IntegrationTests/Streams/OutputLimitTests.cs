using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams;

/// <summary>Limits of streamed output, and of both outputs together.</summary>
public sealed class OutputLimitTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(0)]
    [TestCase(4096)]
    [TestCase(100_000)]
    public async Task A_stream_gets_as_much_as_its_limit(int limit)
    {
        using MemoryStream stream = new();

        SandboxResult result = await RunAsync($"head -c {limit} /dev/zero", OutputTarget.ToStream(stream, limit));

        Assert.That((result.Outcome, stream.Length), Is.EqualTo((SandboxOutcome.Completed, (long)limit)));
    }

    [TestCase(0)]
    [TestCase(4096)]
    [TestCase(100_000)]
    public async Task A_stream_gets_no_byte_more(int limit)
    {
        using MemoryStream stream = new();

        SandboxResult result = await RunAsync($"head -c {limit + 1} /dev/zero", OutputTarget.ToStream(stream, limit));

        Assert.That((result.Outcome, stream.Length), Is.EqualTo((SandboxOutcome.OutputExceeded, (long)limit)));
    }

    [Test]
    public async Task A_stream_without_end_is_ended_at_the_limit()
    {
        SandboxResult result = await RunAsync("exec cat /dev/zero", OutputTarget.ToStream(Stream.Null, 1_000_000));

        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.OutputExceeded, UnixSignal.SIGKILL)));
    }

    [TestCase(50_000, 50_000, SandboxOutcome.Completed)]
    [TestCase(50_001, 50_000, SandboxOutcome.OutputExceeded)]
    [TestCase(50_000, 50_001, SandboxOutcome.OutputExceeded)]
    [TestCase(0, 100_001, SandboxOutcome.OutputExceeded)]
    public async Task Both_outputs_count_together(int output, int error, SandboxOutcome expected)
    {
        SandboxCommand command = Guest.Shell(
            $"head -c {output} /dev/zero; head -c {error} /dev/zero >&2") with
        { TotalOutput = 100_000 };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(expected));
            Assert.That(result.StandardOutput.Bytes.Length + result.StandardError.Bytes.Length, Is.EqualTo(100_000));
        });
    }

    [Test]
    public async Task A_captured_and_a_streamed_output_count_together()
    {
        using MemoryStream stream = new();
        SandboxCommand command = Guest.Shell(
            "echo 12345; echo 12345 >&2; exec cat /dev/zero") with
        {
            StandardError = OutputTarget.ToStream(stream),
            TotalOutput = 10,
        };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.That(
            (result.Outcome, result.StandardOutput.Bytes.Length + stream.Length),
            Is.EqualTo((SandboxOutcome.OutputExceeded, 10L)));
    }

    [Test]
    public async Task The_limit_of_one_output_comes_first_where_it_is_lower()
    {
        SandboxCommand command = Guest.Shell("exec cat /dev/zero") with
        {
            StandardOutput = OutputTarget.Capture(10),
            TotalOutput = 1000,
        };

        SandboxResult result = await Guest.Provider.RunAsync(Specification, command);

        Assert.That(
            (result.Outcome, result.StandardOutput.Bytes.Length), Is.EqualTo((SandboxOutcome.OutputExceeded, 10)));
    }

    [Test]
    public async Task Output_that_the_application_reads_counts()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell("exec cat /dev/zero") with { StandardOutput = OutputTarget.Pipe, TotalOutput = 1_000_000 });
        long read = 0;

        await foreach (OutputChunk chunk in process.ReadChunksAsync().WithPatience())
        {
            read += chunk.Bytes.Length;
        }

        SandboxResult result = await process.WaitForExitAsync().WaitAsync(Guest.Patience);
        Assert.That((read, result.Outcome), Is.EqualTo((1_000_000, SandboxOutcome.OutputExceeded)));
    }

    [Test]
    public async Task Output_that_the_application_has_not_read_counts()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell(
                "echo 12345; echo 12345 >&2") with
            {
                StandardOutput = OutputTarget.Pipe,
                StandardError = OutputTarget.Pipe,
                TotalOutput = 11,
            });

        SandboxResult result = await process.WaitForExitAsync().WaitAsync(Guest.Patience);

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
    }

    private static Task<SandboxResult> RunAsync(string script, OutputTarget output) =>
        Guest.Provider.RunAsync(Specification, Guest.Shell(script) with { StandardOutput = output });
}
