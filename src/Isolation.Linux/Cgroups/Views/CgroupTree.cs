using System.Text;
using Isolation.Linux.Errors;
using Isolation.Linux.Files;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Views;

/// <summary>Describes a detached clone of the mount at the cgroup of a sandbox.</summary>
/// <param name="Parent">The parent in the v1 hierarchy; null for the cgroup on v2.</param>
internal sealed record CgroupTree(string? Parent) : HostSource(Parent ?? "the cgroup")
{
    /// <summary>Gets whether init clones the mount: the source is then a file with the path.</summary>
    internal bool IsPath { get; init; }

    internal override ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken)
    {
        string? directory = passed.Sandbox.Cgroups?.Groups is { } groups
            ? Parent is null ? groups.FindUnified() : groups.FindBelow(Parent)
            : null;
        if (IsPath)
        {
            return new(MemoryFile.Create(Path, Encoding.UTF8.GetBytes($"{directory}\0")));
        }

        // Without a cgroup, which happens only if the limits are preferred, init gets something that it cannot mount.
        return new(directory is null
            ? OpenFile("/dev/null", Kernel.ORdonly)
            : (int)SandboxErrors.Check(
                Kernel.open_tree(Kernel.AtFdcwd, directory, Kernel.OpenTreeClone | Kernel.OpenTreeCloexec),
                "open the cgroup", directory, StepKind.OpenOfHost));
    }
}
