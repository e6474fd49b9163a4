namespace Isolation;

/// <summary>
/// Specifies kinds of speculative execution to disable for a sandbox; see PR_SET_SPECULATION_CTRL(2const).
/// </summary>
[Flags]
public enum SpeculationControls
{
    /// <summary>None: the host's setting applies.</summary>
    None = 0,

    /// <summary>
    /// <c>PR_SPEC_STORE_BYPASS</c>: no speculation past stores (Linux 4.17; x86). Slows down most programs.
    /// </summary>
    StoreBypass = 1 << 0,

    /// <summary>
    /// <c>PR_SPEC_INDIRECT_BRANCH</c>: no branch prediction trained by other processes (Linux 4.20; x86).
    /// </summary>
    IndirectBranch = 1 << 1,

    /// <c>PR_SPEC_L1D_FLUSH</c>: the L1 data cache is flushed whenever the process leaves the CPU (Linux 5.16, booted
    /// with <c>l1d_flush=on</c>; x86).
    FlushDataCache = 1 << 2,

    /// <summary>All of them.</summary>
    All = StoreBypass | IndirectBranch | FlushDataCache,
}
