using System.Diagnostics;
using Isolation.Linux;

namespace Isolation.Benchmarks.Subjects;

/// <summary>What is measured everywhere: the sandbox, the command, and the plain process beside them.</summary>
internal static class Subject
{
    /// <summary>Every namespace, a read-only root, proc, 16 MiB of tmpfs; the payload has no capabilities.</summary>
    internal static SandboxSpecification Specification(string root) => new SandboxBuilder()
        .WithRoot(content => content.FromDirectory(root).Proc().Temporary("/tmp", 16.MiB()))
        .WithNamespaces(Namespaces.Default)
        .Build();

    /// <summary>The same with limits of memory, CPU and processes.</summary>
    internal static SandboxSpecification LimitedSpecification(string root) => Specification(root) with
    {
        Limits = new SandboxLimits { Memory = 256.MiB(), Cpu = 1, Processes = 64 },
    };

    /// <summary>A command whose output goes nowhere.</summary>
    internal static SandboxCommand Command(string program, params string[] arguments) => new(program, [.. arguments])
    {
        StandardOutput = OutputTarget.Null,
        StandardError = OutputTarget.Null,
    };

    /// <summary>One sandbox, one command.</summary>
    internal static async Task RunOnceAsync(SandboxSpecification specification, SandboxCommand command) =>
        (await LinuxSandboxProvider.Default.RunAsync(specification, command)).EnsureSuccess();

    /// <summary>A process without isolation, by the base class library.</summary>
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
