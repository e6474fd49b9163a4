using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Parts;

/// <summary>Describes something that the application opens for each sandbox and passes to init.</summary>
/// <param name="Path">The path on the host, or a name for messages.</param>
internal abstract record HostSource(string Path)
{
    /// <summary>Opens the source.</summary>
    /// <returns>A descriptor, which is closed after init has it.</returns>
    internal abstract ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken);

    /// <summary>Opens a file of the host.</summary>
    protected static int OpenFile(string path, int flags) =>
        (int)SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, path, flags | Kernel.OCloexec), "open", path, StepKind.OpenOfHost);
}
