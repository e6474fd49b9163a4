using Isolation.Linux.Commands;
using Isolation.Linux.FileSystem.Transfer;
using Isolation.Linux.Init;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Sandboxes;

/// <summary>Implements file access, and commands that perform the library's own steps.</summary>
internal sealed partial class LinuxSandbox
{
    private LinuxSandboxFiles? _files;

    public ISandboxFiles Files => _files ??= new LinuxSandboxFiles(this);

    /// <summary>Opens the root directory of the sandbox for reading its content.</summary>
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

    /// <summary>Runs a command that performs the specified steps instead of executing a program.</summary>
    public async Task<SandboxResult> RunStepsAsync(
        SandboxCommand command, Action<ProgramBuilder> steps, CancellationToken cancellationToken)
    {
        RunningCommand running = await BeginAsync(command, CommandOptions.None, cancellationToken, steps)
            .ConfigureAwait(false);
        using CancellationTokenRegistration cancellation = Register(running, cancellationToken);
        try
        {
            return await running.Exited.ConfigureAwait(false);
        }
        finally
        {
            Collect(running);
        }
    }
}
