using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>The snippets of docs/getting-started.md, docs/commands.md and docs/streams.md.</summary>
[Category("OlderKernel")]
public sealed class FirstSteps
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task First()
    {
        CancellationToken cancellationToken = CancellationToken.None;

        // snippet: first
        await using ISandbox sandbox = await new SandboxBuilder()
            .WithRoot(root => root
                .FromHost("/usr")
                .FromHostIfPresent("/bin", "/lib", "/lib64")
                .Temporary("/tmp", 64.MiB()))
            .WithNamespaces(Namespaces.Default)
            .CreateAsync(LinuxSandboxProvider.Default, cancellationToken);

        SandboxCommand command = new("sh", "-c", "echo Hello > /tmp/file; cat /tmp/file")
        {
            WallTime = TimeSpan.FromSeconds(5),
        };
        SandboxResult result = await sandbox.RunAsync(command, cancellationToken);

        Console.WriteLine(result.StandardOutput.Text);
        // snippet end

        Assert.That(result.StandardOutput.Text, Is.EqualTo("Hello\n"), result.StandardError.Text);
    }

    [Test]
    public async Task OneShot()
    {
        // snippet: one-shot
        SandboxResult result = await SandboxPresets.HostPrograms()
            .RunAsync(LinuxSandboxProvider.Default, new SandboxCommand("sh", "-c", "id -u; uname -n; exit 3"));

        Console.WriteLine(
            $"{result.Outcome}, exit code {result.ExitCode}, after {result.WallTime.TotalMilliseconds} ms");
        Console.WriteLine(
            $"CPU {result.UserCpuTime + result.SystemCpuTime}, at most {result.PeakMemory} bytes of memory");
        // snippet end

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.EqualTo(3));
            Assert.That(result.StandardOutput.Text, Is.EqualTo("1000\nsandbox\n"));
        });
    }

    [Test]
    public async Task Several()
    {
        // snippet: several
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);

        // One after the other: they share the sandbox's files.
        (await sandbox.RunAsync(new SandboxCommand("sh", "-c", "echo 21 > /tmp/number"))).EnsureSuccess();
        SandboxResult doubled = await sandbox.RunAsync(
            new SandboxCommand("sh", "-c", "echo $(($(cat /tmp/number) * 2))"));

        // At once: up to 1,024 commands.
        SandboxResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(number => sandbox.RunAsync(new SandboxCommand("echo", $"{number}"))));
        // snippet end

        Assert.Multiple(() =>
        {
            Assert.That(doubled.StandardOutput.Text, Is.EqualTo("42\n"));
            Assert.That(
                results.Select(result => result.StandardOutput.Text.Trim()),
                Is.EqualTo(Enumerable.Range(0, 8).Select(number => $"{number}")));
        });
    }

    [Test]
    public async Task Streams()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);

        // snippet: streams
        // A text in, a stream out.
        using MemoryStream sorted = new();
        await sandbox.RunAsync(new CommandBuilder("sort")
            .WithInputText("pear\napple\n")
            .WithStandardOutput(sorted)
            .Build());

        // A conversation through pipes.
        await using ISandboxProcess process = await sandbox.StartAsync(new CommandBuilder("cat")
            .WithStandardInput(InputSource.Pipe)
            .WithStandardOutput(OutputTarget.Pipe)
            .WithStandardError(OutputTarget.Null)
            .Build());
        using StreamReader reader = new(process.StandardOutput!);
        await process.StandardInput!.WriteAsync("ping\n"u8.ToArray());
        await process.StandardInput.FlushAsync();
        string? answer = await reader.ReadLineAsync();
        await process.StandardInput.DisposeAsync();
        SandboxResult result = await process.WaitForExitAsync();
        // snippet end

        Assert.Multiple(() =>
        {
            Assert.That(sorted.ToArray(), Is.EqualTo("apple\npear\n"u8.ToArray()));
            Assert.That(answer, Is.EqualTo("ping"));
            Assert.That(result.IsSuccess);
        });
    }

    [Test]
    public async Task Channel()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);

        // snippet: channel
        await using ISandboxProcess process = await sandbox.StartAsync(new CommandBuilder("sh")
            .WithArguments("-c", "read -r question <&3; echo \"$question? 42\" >&3")
            .WithChannel()
            .Build());
        await process.Channel!.WriteAsync("Answer\n"u8.ToArray());
        using StreamReader reader = new(process.Channel);
        string? answer = await reader.ReadLineAsync();
        // snippet end

        Assert.That(answer, Is.EqualTo("Answer? 42"));
    }

    [Test]
    public async Task Limits()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);

        // snippet: limits
        SandboxResult late = await sandbox.RunAsync(new CommandBuilder("sleep")
            .WithArguments("60")
            .WithWallTime(TimeSpan.FromMilliseconds(200))
            .Build());
        SandboxResult busy = await sandbox.RunAsync(new CommandBuilder("sh")
            .WithArguments("-c", "while :; do :; done")
            .WithCpuTime(TimeSpan.FromMilliseconds(100))
            .Build());
        SandboxResult noisy = await sandbox.RunAsync(new CommandBuilder("yes")
            .WithStandardOutput(OutputTarget.Capture((int)64.KiB()))
            .Build());
        SandboxResult small = await sandbox.RunAsync(new CommandBuilder("sh")
            .WithArguments("-c", "ulimit -n")
            .AddResourceLimit(LimitedResource.OpenFiles, 20)
            .Build());

        Console.WriteLine($"{late.Outcome}, {busy.Outcome}, {noisy.Outcome}, {small.StandardOutput}");
        // snippet end

        Assert.Multiple(() =>
        {
            Assert.That(late.Outcome, Is.EqualTo(SandboxOutcome.WallTimeExceeded));
            Assert.That(noisy.Outcome, Is.EqualTo(SandboxOutcome.OutputExceeded));
            Assert.That(noisy.StandardOutput.Bytes.Length, Is.EqualTo(64 * 1024));
            Assert.That(small.StandardOutput.Text, Is.EqualTo("20\n"));
        });
    }
}
