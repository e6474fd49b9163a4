namespace Isolation;

/// <summary>Specifies the sandbox that a profile starts from.</summary>
public enum SandboxPreset
{
    /// <summary>An empty root with <c>/proc</c> (the usual paths masked) and a minimal <c>/dev</c>.</summary>
    Minimal,

    /// <summary>A sandbox that runs the programs of the host; see <see cref="SandboxPresets.HostPrograms"/>.</summary>
    HostPrograms,

    /// <summary>An empty root.</summary>
    Empty,

    /// <summary>A sandbox for programs that only compute; see <see cref="SandboxPresets.Judge"/>.</summary>
    Judge,

    /// <summary>A sandbox for a plug-in of an application; see <see cref="SandboxPresets.PlugIn"/>.</summary>
    PlugIn,

    /// <summary>
    /// A sandbox without namespaces, in the host's root; see <see cref="SandboxPresets.Unprivileged"/>.
    /// </summary>
    Unprivileged,
}
