namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Converts between actions and filter results, SECCOMP_RET_* of linux/seccomp.h.</summary>
internal static class FilterResult
{
    internal const uint KillProcess = 0x80000000;
    internal const uint KillThread = 0;
    internal const uint Trap = 0x00030000;
    internal const uint Errno = 0x00050000;
    internal const uint Notify = 0x7FC00000;
    internal const uint Trace = 0x7FF00000;
    internal const uint Log = 0x7FFC0000;
    internal const uint Allow = 0x7FFF0000;

    internal static uint Of(SystemCallAction action) => action.Kind switch
    {
        SystemCallActionKind.Allow => Allow,
        SystemCallActionKind.Errno => Errno | (uint)action.Data,
        SystemCallActionKind.KillThread => KillThread,
        SystemCallActionKind.Trap => Trap,
        SystemCallActionKind.Trace => Trace | (uint)action.Data,
        SystemCallActionKind.Log => Log,
        SystemCallActionKind.Notify => Notify,
        _ => KillProcess,
    };

    /// <summary>Gets the action that a result represents.</summary>
    internal static SystemCallAction ActionOf(uint result)
    {
        const uint Data = 0xFFFF;
        return (result & ~Data) switch
        {
            Allow => SystemCallAction.Allow,
            Errno => SystemCallAction.Errno((int)(result & Data)),
            KillThread => SystemCallAction.KillThread,
            Trap => SystemCallAction.Trap,
            Trace => SystemCallAction.Trace((ushort)(result & Data)),
            Log => SystemCallAction.Log,
            Notify => SystemCallAction.Notify,
            _ => SystemCallAction.KillProcess,
        };
    }
}
