namespace Isolation.Plugins;

/// <summary>Why a plug-in's process ended.</summary>
public enum PluginFailureKind
{
    /// <summary>It could not be started: no sandbox, no such program, no answer in time.</summary>
    StartFailed,

    /// <summary>It exited, crashed, or was ended by a limit of its sandbox.</summary>
    Ended,

    /// <summary>It did not answer a call that was canceled or late, and was killed.</summary>
    Unresponsive,

    /// <summary>It sent what no plug-in sends, and was killed.</summary>
    ProtocolViolation,
}
