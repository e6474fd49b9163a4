using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Represents the sandbox whose files are copied, as far as the copying needs it.</summary>
internal interface ICommandRunner
{
    /// <summary>Throws if the sandbox was disposed of.</summary>
    void ThrowIfDisposed();

    /// <summary>Opens the root directory of the sandbox for looking up names (O_PATH).</summary>
    SafeFileHandle OpenRoot();

    /// <summary>Runs a command that executes no program but takes steps of its own.</summary>
    Task<SandboxResult> RunStepsAsync(
        SandboxCommand command, Action<ProgramBuilder> steps, CancellationToken cancellationToken);
}
