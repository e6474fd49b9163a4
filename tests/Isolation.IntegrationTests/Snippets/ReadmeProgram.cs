// snippet: readme
using Isolation;
// snippet end

// Not below the namespace Isolation, so that the program needs its using lines.
namespace ReadmeSnippets;

/// <summary>The complete program of README.md.</summary>
[Category("OlderKernel")]
public sealed class ReadmeProgram
{
    [Test]
    public async Task The_program_of_the_readme_prints_its_output()
    {
        Requires.UserNamespaces();

        // snippet: readme
        CommandBuilder command = new CommandBuilder("sh")
            .WithArguments("-c", "whoami; echo Hello > /tmp/file; cat /tmp/file")
            .WithWallTime(TimeSpan.FromSeconds(5));

        SandboxResult result = await SandboxPresets.HostPrograms()
            .WithLimits(limits => limits.Memory(256.MiB()).Processes(64).BestEffort())
            .RunAsync(command);

        Console.WriteLine($"{result.Outcome}, exit code {result.ExitCode}");
        Console.Write(result.StandardOutput);
        // snippet end

        Assert.That(result.StandardOutput.Text, Is.EqualTo("sandbox\nHello\n"), result.StandardError.Text);
    }
}
