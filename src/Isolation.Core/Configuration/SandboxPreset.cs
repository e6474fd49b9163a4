namespace Isolation;

/// <summary>What a profile starts from.</summary>
public enum SandboxPreset
{
    /// <summary>
    /// An empty root with <c>/proc</c> (the usual paths masked), a minimal <c>/dev</c> and nothing else.
    /// </summary>
    Minimal,

    /// <summary>
    /// A sandbox in which the programs of the host run; see <see cref="SandboxPresets.HostPrograms"/>.
    /// </summary>
    HostPrograms,

    /// <summary>An empty root and nothing else.</summary>
    Empty,

    /// <summary>A sandbox for programs that only compute; see <see cref="SandboxPresets.Judge"/>.</summary>
    Judge,

    /// <summary>A sandbox for a part of an application; see <see cref="SandboxPresets.PlugIn"/>.</summary>
    PlugIn,

    /// <summary>
    /// A sandbox without namespaces, in the host's root; see <see cref="SandboxPresets.Unprivileged"/>.
    /// </summary>
    Unprivileged,
}
