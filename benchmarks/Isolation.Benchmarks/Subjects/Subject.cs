using System.Diagnostics;
using Isolation.Linux;

namespace Isolation.Benchmarks.Subjects;

/// <summary>Provides the sandbox, the command and the unsandboxed process that all benchmarks measure.</summary>
internal static class Subject
{
    /// <summary>
    /// Creates a specification with the default namespaces, a read-only root, <c>/proc</c> and 16 MiB of tmpfs on
    /// <c>/tmp</c>. The payload has no capabilities.
    /// </summary>
    internal static SandboxSpecification Specification(string root) => new SandboxBuilder()
        .WithRoot(content => content.FromDirectory(root).Proc().Temporary("/tmp", 16.MiB()))
        .WithNamespaces(Namespaces.Default)
        .Build();

    /// <summary>Creates the same specification with limits on memory, CPU and processes.</summary>
    internal static SandboxSpecification LimitedSpecification(string root) => Specification(root) with
    {
        Limits = new SandboxLimits { Memory = 256.MiB(), Cpu = 1, Processes = 64 },
    };

    /// <summary>Creates a command that discards its output.</summary>
    internal static SandboxCommand Command(string program, params string[] arguments) => new(program, [.. arguments])
    {
        StandardOutput = OutputTarget.Null,
        StandardError = OutputTarget.Null,
    };

    /// <summary>Runs one command in a new sandbox.</summary>
    internal static async Task RunOnceAsync(SandboxSpecification specification, SandboxCommand command) =>
        (await LinuxSandboxProvider.Default.RunAsync(specification, command)).EnsureSuccess();

    /// <summary>Runs a process without isolation, with the base class library.</summary>
    internal static async Task StartProcessAsync(string program, params IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments))!;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with exit code {process.ExitCode}.");
        }
    }
}
