using Isolation.Linux.Commands;
using Isolation.Linux.FileSystem.Transfer;
using Isolation.Linux.Init;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Sandboxes;

/// <summary>Files, and commands that are steps of the library's own.</summary>
internal sealed partial class LinuxSandbox
{
    private LinuxSandboxFiles? _files;

    public ISandboxFiles Files => _files ??= new LinuxSandboxFiles(this);

    /// <summary>Opens the root directory of the sandbox, for reading what is in it.</summary>
    public SafeFileHandle OpenRoot() =>
        Specification is { Root: HostRoot, Namespaces.Mount: HostNamespace }
            ? ProcessRoot.OpenOwn()
            : _connection.OpenRoot();

    public void ThrowIfDisposed()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
        }
    }

    /// <summary>Runs a command that does the given steps where another one executes its program.</summary>
    public async Task<SandboxResult> RunStepsAsync(
        SandboxCommand command, Action<ProgramBuilder> steps, CancellationToken cancellationToken)
    {
        RunningCommand running = await BeginAsync(command, CommandOptions.None, cancellationToken, steps)
            .ConfigureAwait(false);
        using CancellationTokenRegistration cancellation = Register(running, cancellationToken);
        return await running.Exited.ConfigureAwait(false);
    }
}
