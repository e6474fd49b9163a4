using Isolation.Linux.Interop;

namespace Isolation.Linux.Seccomp.Oci;

/// <summary>Converts actions and operators to and from the names in the format.</summary>
internal static class OciWords
{
    private static readonly (string Word, ArgumentOperator Operator)[] Operators =
    [
        ("SCMP_CMP_NE", ArgumentOperator.NotEqual), ("SCMP_CMP_LT", ArgumentOperator.Less),
        ("SCMP_CMP_LE", ArgumentOperator.LessOrEqual),
        ("SCMP_CMP_EQ", ArgumentOperator.Equal), ("SCMP_CMP_GE", ArgumentOperator.GreaterOrEqual),
        ("SCMP_CMP_GT", ArgumentOperator.Greater),
        ("SCMP_CMP_MASKED_EQ", ArgumentOperator.MaskedEqual),
    ];

    /// <summary>Reads an action; the default error number is EPERM.</summary>
    internal static SystemCallAction ReadAction(string? word, uint? data) => word switch
    {
        "SCMP_ACT_ALLOW" => SystemCallAction.Allow,
        "SCMP_ACT_ERRNO" => SystemCallAction.Errno(checked((int)(data ?? Errno.EPERM))),
        "SCMP_ACT_KILL" or "SCMP_ACT_KILL_THREAD" => SystemCallAction.KillThread,
        "SCMP_ACT_KILL_PROCESS" => SystemCallAction.KillProcess,
        "SCMP_ACT_TRAP" => SystemCallAction.Trap,
        "SCMP_ACT_TRACE" => SystemCallAction.Trace(checked((ushort)(data ?? Errno.EPERM))),
        "SCMP_ACT_LOG" => SystemCallAction.Log,
        "SCMP_ACT_NOTIFY" => SystemCallAction.Notify,
        _ => throw new FormatException($"'{word}' is not a valid action of a seccomp profile."),
    };

    internal static (string Word, uint? Data) Write(SystemCallAction action) => action.Kind switch
    {
        SystemCallActionKind.Allow => ("SCMP_ACT_ALLOW", null),
        SystemCallActionKind.Errno => ("SCMP_ACT_ERRNO", (uint)action.Data),
        SystemCallActionKind.KillThread => ("SCMP_ACT_KILL_THREAD", null),
        SystemCallActionKind.Trap => ("SCMP_ACT_TRAP", null),
        SystemCallActionKind.Trace => ("SCMP_ACT_TRACE", (uint)action.Data),
        SystemCallActionKind.Log => ("SCMP_ACT_LOG", null),
        SystemCallActionKind.Notify => ("SCMP_ACT_NOTIFY", null),
        _ => ("SCMP_ACT_KILL_PROCESS", null),
    };

    /// <summary>Reads a comparison; the first value of a masked comparison is the mask.</summary>
    internal static ArgumentComparison Read(OciProfile.Argument argument)
    {
        foreach ((string word, ArgumentOperator kind) in Operators)
        {
            if (word == argument.Op)
            {
                return kind == ArgumentOperator.MaskedEqual
                    ? new ArgumentComparison(argument.Index, kind, argument.ValueTwo, argument.Value)
                    : new ArgumentComparison(argument.Index, kind, argument.Value);
            }
        }

        throw new FormatException($"'{argument.Op}' is not a valid operator of a seccomp profile.");
    }

    internal static OciProfile.Argument Write(ArgumentComparison comparison)
    {
        bool isMasked = comparison.Operator == ArgumentOperator.MaskedEqual;
        return new OciProfile.Argument
        {
            Index = comparison.Index,
            Value = isMasked ? comparison.Mask : comparison.Value,
            ValueTwo = isMasked ? comparison.Value : 0,
            Op = Array.Find(Operators, entry => entry.Operator == comparison.Operator).Word,
        };
    }
}
