using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Represents the sandbox into and out of which files are copied.</summary>
internal interface ICommandRunner
{
    /// <summary>Throws if the sandbox was disposed of.</summary>
    void ThrowIfDisposed();

    /// <summary>Opens the root directory of the sandbox for looking up names (O_PATH).</summary>
    SafeFileHandle OpenRoot();

    /// <summary>Runs a command that performs steps instead of executing a program.</summary>
    Task<SandboxResult> RunStepsAsync(
        SandboxCommand command, Action<ProgramBuilder> steps, CancellationToken cancellationToken);
}
