namespace Isolation.Plugins;

/// <summary>Specifies why a plug-in's process ended.</summary>
public enum PluginFailureKind
{
    /// <summary>The plug-in could not be started: no sandbox, no such program, or no answer in time.</summary>
    StartFailed,

    /// <summary>The process exited, crashed, or was killed by a limit of its sandbox.</summary>
    Ended,

    /// <summary>The plug-in was killed because it did not answer a canceled or overdue call.</summary>
    Unresponsive,

    /// <summary>The plug-in was killed because it violated the protocol.</summary>
    ProtocolViolation,
}
