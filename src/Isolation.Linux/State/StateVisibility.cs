using Isolation.Linux.Interop;

namespace Isolation.Linux.State;

/// <summary>
/// Ensures that no payload can reach the recorded states. A program that reads the state of a sandbox, and has the
/// application's user id, could connect to the sandbox's init and send it programs.
/// </summary>
internal static class StateVisibility
{
    private const string Remedy =
        "Set LinuxSandboxOptions.StateDirectory to a directory that no sandbox sees, or bind other directories.";

    /// <summary>The rights with which a payload could read, change or replace a state.</summary>
    private const LandlockFileAccess Touching = LandlockFileAccess.All
        & ~(LandlockFileAccess.Execute | LandlockFileAccess.ReadDirectory | LandlockFileAccess.IoctlDevice);

    /// <summary>Refuses a specification that shows the states to its payload.</summary>
    /// <exception cref="SandboxException">A part of the specification contains the states, or may.</exception>
    internal static void Check(SandboxSpecification specification, string states)
    {
        string real = SafePath.RealPath(states) ?? states;
        foreach (string source in Sources(specification))
        {
            if (SafePath.RealPath(source) is { } path && (Contains(path, real) || Contains(real, path)))
            {
                throw Refusal(source, states);
            }
        }

        bool isHosts = specification.Root is HostRoot || specification.Namespaces.Mount is not NewNamespace;
        if (isHosts && !IsClosedByLandlock(specification.Landlock, real))
        {
            throw Refusal("/", states);
        }
    }

    private static SandboxException Refusal(string source, string states) => new(
        "create a detached sandbox that sees", source, 0, nameof(Errno.EPERM),
        $"the states of detached sandboxes are in {states}, and a program that reads one could control the sandbox",
        Remedy);

    /// <summary>Gets the paths of the host that the sandbox sees.</summary>
    private static IEnumerable<string> Sources(SandboxSpecification specification)
    {
        IEnumerable<string> root = specification.Root switch
        {
            DirectoryRoot directory => [directory.Path],
            ChrootRoot directory => [directory.Path],
            OverlayRoot { Upper: PersistentUpper upper } overlay =>
                [.. overlay.Layers, upper.Directory, upper.WorkDirectory],
            OverlayRoot overlay => overlay.Layers,
            _ => [],
        };
        return root.Concat(specification.Mounts.OfType<BindMount>().Select(static bind => bind.Source));
    }

    /// <summary>Returns whether a policy certainly denies reading and changing the states.</summary>
    private static bool IsClosedByLandlock(LandlockPolicy? policy, string states) =>
        policy is { FileRequirement: Requirement.Require }
        && (policy.HandledFileAccess is not { } handled || (handled & Touching) == Touching)
        && !policy.FileRules.Any(rule => SafePath.RealPath(rule.Path) is { } path
            && (Contains(path, states) || Contains(states, path)));

    private static bool Contains(string directory, string path) => path == directory
        || path.StartsWith(directory == "/" ? "/" : directory + '/', StringComparison.Ordinal);
}
