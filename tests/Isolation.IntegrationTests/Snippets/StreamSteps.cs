using System.IO.Pipelines;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Contains the snippets about streams.</summary>
public sealed class StreamSteps
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Live_lines()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);
        List<string> log = [];

        // snippet: live-lines
        await using ISandboxProcess build = await sandbox.StartAsync(new CommandBuilder("sh")
            .WithArguments("-c", "for step in 1 2 3; do echo step $step; done; echo careful >&2")
            .WithStandardOutput(OutputTarget.Pipe)
            .WithStandardError(OutputTarget.Pipe)
            .WithTotalOutput(1.MiB())
            .Build());

        await foreach (OutputLine line in build.ReadLinesAsync())
        {
            log.Add($"{line.Source}: {line.Text}");
        }

        SandboxResult result = await build.WaitForExitAsync();
        // snippet end

        Assert.That(
            log, Is.EquivalentTo(
                (string[])["StandardOutput: step 1", "StandardOutput: step 2", "StandardOutput: step 3",
                    "StandardError: careful"]));
        Assert.That(result.IsSuccess, Is.True);
    }

    [Test]
    public async Task Terminal()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);

        // snippet: terminal
        await using ISandboxProcess shell = await sandbox.StartAsync(new CommandBuilder("sh")
            .AddEnvironment("TERM", "xterm-256color")
            .WithTerminal(columns: 100, rows: 30)
            .Build());
        ISandboxTerminal terminal = shell.Terminal!;

        await terminal.Stream.WriteAsync("tty; exit\n"u8.ToArray());
        await terminal.ResizeAsync(120, 40);
        string screen = await new StreamReader(terminal.Stream).ReadToEndAsync();
        // snippet end

        Assert.That(screen, Does.Contain("/dev/pts/0\r\n"));
        Assert.That((await shell.WaitForExitAsync()).IsSuccess, Is.True);
    }

    [Test]
    public async Task Interaction()
    {
        SandboxSpecification specification = SandboxPresets.HostPrograms().Build();
        SandboxCommand solution = new("sh", "-c", "read -r number; echo $((number * number))");
        SandboxCommand interactor = new("sh", "-c", "echo 12; read -r answer; test \"$answer\" = 144");

        // snippet: interaction
        InteractiveResult result = await new InteractiveRun()
            .WithSolution(LinuxSandboxProvider.Default, specification, solution)
            .WithInteractor(LinuxSandboxProvider.Default, specification, interactor)
            .WithWallTime(TimeSpan.FromSeconds(10))
            .WithOutputLimit(1.MiB())
            .RunAsync();

        Console.WriteLine(
            $"{result.Solution.Outcome}, {result.Interactor.Outcome} {result.Interactor.ExitCode}, "
            + $"{result.FirstToLeave} left first");
        foreach (InteractiveMessage message in result.Transcript)
        {
            Console.WriteLine($"{message.Time.TotalMilliseconds:F1} ms {message.From}: {message.Text}");
        }
        // snippet end

        Assert.That(result.IsSuccess, Is.True);
        Assert.That(result.Transcript.Select(message => message.Text), Is.EqualTo((string[])["12\n", "144\n"]));
    }

    [Test]
    public async Task Live_pipes()
    {
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(LinuxSandboxProvider.Default);

        // snippet: live-pipes
        await using ISandboxProcess process = await sandbox.StartAsync(new CommandBuilder("cat")
            .WithStandardInput(InputSource.Pipe)
            .WithStandardOutput(OutputTarget.Pipe)
            .Build());
        PipeWriter input = process.CreateInputWriter();
        PipeReader output = process.CreateOutputReader();

        await input.WriteAsync("ping"u8.ToArray());
        ReadResult answer = await output.ReadAtLeastAsync(4);
        // snippet end

        Assert.That(answer.Buffer.Length, Is.EqualTo(4));
    }
}
