using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace Isolation.Core.Tests.Testing;

public sealed class FakeSandboxProviderTests
{
    private static readonly SandboxSpecification Plain = new();
    private static readonly SandboxCommand True = new("true");

    [Test]
    public async Task By_default_every_command_succeeds()
    {
        SandboxResult result = await new FakeSandboxProvider().RunAsync(Plain, True);

        Assert.That(result.IsSuccess, Is.True);
        Assert.That(result.StandardOutput.Text, Is.Empty);
    }

    [Test]
    public async Task Requests_are_recorded()
    {
        FakeSandboxProvider provider = new();
        SandboxSpecification specification = Plain with { Name = "judge" };

        await provider.RunAsync(specification, True);
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await sandbox.RunAsync(new SandboxCommand("sh", "-c", "x"));

        Assert.That(
            provider.Sandboxes.Select(made => made.Specification),
            Is.EqualTo((SandboxSpecification[])[specification, Plain]));
        Assert.That(provider.Sandboxes.Select(made => made.IsDisposed), Is.EqualTo((bool[])[true, false]));
        Assert.That(provider.Sandboxes.Select(made => made.Id), Is.Unique);
        Assert.That(provider.Commands.Select(command => command.Program), Is.EqualTo((string[])["true", "sh"]));
    }

    [Test]
    public async Task A_detached_sandbox_is_released_attached_to_and_stopped()
    {
        FakeSandboxProvider provider = new();
        SandboxSpecification specification = Plain with { Name = "left", Lifetime = SandboxLifetime.Detached };
        ISandbox first = await provider.CreateAsync(specification);
        ISandboxProcess process = await first.StartAsync(True);
        await process.WaitForExitAsync();
        await Assert.ThrowsAsync<SandboxException>(() => provider.AttachAsync(first.Id));
        await first.DisposeAsync();

        DetachedSandbox listed = (await provider.ListAsync()).Single();
        ISandbox second = await provider.AttachAsync(listed.Id);
        Assert.That((listed.Name, listed.IsAttached, listed.ProcessId), Is.EqualTo(("left", false, first.ProcessId)));
        Assert.That(second.Processes.Single().Number, Is.EqualTo(process.Number));
        await second.Processes.Single().DisposeAsync();
        Assert.That(second.Processes, Is.Empty);
        await second.StopAsync();

        Assert.That(await provider.ListAsync(), Is.Empty);
        await Assert.ThrowsAsync<SandboxException>(() => provider.AttachAsync(first.Id));
        await Assert.ThrowsAsync<ArgumentException>(() => provider.RunAsync(specification, True));
        Assert.Throws<ArgumentException>(() => new SandboxPool(provider, specification));
    }

    [Test]
    public async Task A_response_writes_takes_time_and_ends()
    {
        FakeTimeProvider time = new();
        FakeSandboxProvider provider = new FakeSandboxProvider(time).WithProgram("judge", new FakeResponse
        {
            StandardOutput = "out",
            StandardError = "err",
            Duration = TimeSpan.FromSeconds(3),
            Exit = FakeExit.WithCode(7) with { UserCpuTime = TimeSpan.FromSeconds(2), PeakMemory = 5.MiB() },
        });

        Task<SandboxResult> run = provider.RunAsync(Plain, new SandboxCommand("judge"));
        Assert.That(run.IsCompleted, Is.False);
        time.Advance(TimeSpan.FromSeconds(3));
        SandboxResult result = await run;

        Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.Completed));
        Assert.That(result.ExitCode, Is.EqualTo(7));
        Assert.That(result.StandardOutput.Text, Is.EqualTo("out"));
        Assert.That(result.StandardError.Text, Is.EqualTo("err"));
        Assert.That(result.WallTime, Is.EqualTo(TimeSpan.FromSeconds(3)));
        Assert.That(result.UserCpuTime, Is.EqualTo(TimeSpan.FromSeconds(2)));
        Assert.That(result.PeakMemory, Is.EqualTo(5.MiB()));
    }

    [Test]
    public async Task A_program_reads_and_writes()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(async (context, cancellationToken) =>
        {
            await context.StandardInput.CopyToAsync(context.StandardOutput, cancellationToken);
            return FakeExit.Success;
        });

        SandboxResult bytes = await provider.RunAsync(
            Plain, True with { StandardInput = InputSource.FromText("input") });
        SandboxResult stream = await provider.RunAsync(
            Plain, True with { StandardInput = InputSource.FromStream(new MemoryStream("stream"u8.ToArray())) });

        Assert.That(bytes.StandardOutput.Text, Is.EqualTo("input"));
        Assert.That(stream.StandardOutput.Text, Is.EqualTo("stream"));
    }

    [Test]
    public async Task Pipes_have_two_ends()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithProgram(
            "cat", async (context, cancellationToken) =>
        {
            await context.StandardInput.CopyToAsync(context.StandardOutput, cancellationToken);
            return FakeExit.Success;
        });
        await using ISandbox sandbox = await provider.CreateAsync(Plain);
        await using ISandboxProcess process = await sandbox.StartAsync(
            new SandboxCommand("cat") { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe });

        byte[] answer = new byte[5];
        await process.StandardInput!.WriteAsync("hello"u8.ToArray());
        await process.StandardInput.FlushAsync();
        await process.StandardOutput!.ReadExactlyAsync(answer);
        await process.StandardInput.DisposeAsync();
        SandboxResult result = await process.WaitForExitAsync();

        Assert.That(Encoding.UTF8.GetString(answer), Is.EqualTo("hello"));
        Assert.That(await process.StandardOutput.ReadAsync(answer), Is.Zero);
        Assert.That(process.StandardError, Is.Null);
        Assert.That(result.IsSuccess, Is.True);
    }

    [Test]
    public async Task Standard_error_can_go_where_standard_output_goes()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(
            new FakeResponse { StandardOutput = "a", StandardError = "b" });

        SandboxResult result = await provider.RunAsync(
            Plain, True with { StandardError = OutputTarget.SameAsStandardOutput });

        Assert.That(result.StandardOutput.Text, Is.EqualTo("ab"));
        Assert.That(result.StandardError.Text, Is.Empty);
    }

    [Test]
    public async Task Files_of_the_host_are_read_and_written()
    {
        string directory = Directory.CreateTempSubdirectory().FullName;
        try
        {
            string input = Path.Combine(directory, "in"), output = Path.Combine(directory, "out");
            await File.WriteAllTextAsync(input, "content");
            FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(async (context, cancellationToken) =>
            {
                await context.StandardInput.CopyToAsync(context.StandardOutput, cancellationToken);
                return FakeExit.Success;
            });

            await provider.RunAsync(
                Plain,
                True with
                {
                    StandardInput = InputSource.FromFile(input),
                    StandardOutput = OutputTarget.ToFile(output),
                });

            Assert.That(await File.ReadAllTextAsync(output), Is.EqualTo("content"));
            Assert.That(
                async () =>
                    await provider.RunAsync(Plain, True with { StandardInput = InputSource.FromFile("/no/such/file") }),
                Throws.TypeOf<SandboxException>());
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Test]
    public void Failures_are_played()
    {
        SandboxException failure = new(
            "mount proc on /proc", "/proc", 1, "EPERM", "Operation not permitted", "Do this.");
        FakeSandboxProvider creation = new()
        {
            CreationFailure = specification => specification.Name == "bad" ? failure : null,
        };
        FakeSandboxProvider start = new() { StartFailure = command => command.Program == "missing" ? failure : null };

        Assert.That(
            async () => await creation.CreateAsync(Plain with { Name = "bad" }), Throws.Exception.SameAs(failure));
        Assert.That(async () => await creation.CreateAsync(Plain), Throws.Nothing);
        Assert.That(
            async () => await start.RunAsync(Plain, new SandboxCommand("missing")), Throws.Exception.SameAs(failure));
        Assert.That(start.Commands, Is.Empty);
    }

    [Test]
    public async Task Errors_are_found_as_by_every_provider()
    {
        FakeSandboxProvider provider = new();
        SandboxSpecification wrong = Plain with { HostName = "" };
        SandboxCommand pipe = True with { StandardInput = InputSource.Pipe };
        await using ISandbox sandbox = await provider.CreateAsync(Plain);

        Assert.That(async () => await provider.CreateAsync(wrong), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await provider.RunAsync(wrong, True), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await provider.RunAsync(Plain, pipe), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await sandbox.RunAsync(pipe), Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(
            async () => await sandbox.StartAsync(True with { Nice = 99 }),
            Throws.TypeOf<SandboxSpecificationException>());
        Assert.That(async () => await provider.CreateAsync(null!), Throws.ArgumentNullException);
        Assert.That(async () => await sandbox.StartAsync(null!), Throws.ArgumentNullException);
    }

    [Test]
    public void A_bug_in_a_program_is_seen()
    {
        FakeSandboxProvider provider = new FakeSandboxProvider().WithPrograms(
            (_, _) => throw new NotImplementedException());

        Assert.That(async () => await provider.RunAsync(Plain, True), Throws.TypeOf<NotImplementedException>());
    }

    [Test]
    public void The_host_can_do_everything_unless_it_is_said_not_to() =>
        Assert.That(new FakeSandboxProvider().Support.IsUsable, Is.True);
}
