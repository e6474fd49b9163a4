namespace Isolation.Linux.Interop;

/// <summary>Provides Landlock calls. See landlock(7), https://man7.org/linux/man-pages/man7/landlock.7.html.</summary>
internal static partial class Kernel
{
    internal const int LandlockCreateRulesetVersion = 1;
    internal const int LandlockRulePathBeneath = 1;
    internal const int LandlockRuleNetPort = 2;

    /// <summary>
    /// landlock_create_ruleset(2), used only to query the ABI version. Creates no ruleset and restricts no thread.
    /// </summary>
    internal static long landlock_abi() => Invoke(Calls.LandlockCreateRuleset, 0, 0, LandlockCreateRulesetVersion);
}
