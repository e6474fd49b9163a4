namespace Isolation;

/// <summary>
/// Speculation of the processor that is switched off for a sandbox, see PR_SET_SPECULATION_CTRL(2const).
/// </summary>
[Flags]
public enum SpeculationControls
{
    /// <summary>None: as the host has it.</summary>
    None = 0,

    /// <summary>
    /// <c>PR_SPEC_STORE_BYPASS</c>: no speculation past stores (Linux 4.17; x86). Costs time in most programs.
    /// </summary>
    StoreBypass = 1 << 0,

    /// <summary>
    /// <c>PR_SPEC_INDIRECT_BRANCH</c>: no branch prediction that others have trained (Linux 4.20; x86).
    /// </summary>
    IndirectBranch = 1 << 1,

    /// <summary>
    /// <c>PR_SPEC_L1D_FLUSH</c>: the L1 data cache is flushed whenever the process leaves the CPU (Linux 5.16, started
    /// with <c>l1d_flush=on</c>; x86).
    /// </summary>
    FlushDataCache = 1 << 2,

    /// <summary>All of them.</summary>
    All = StoreBypass | IndirectBranch | FlushDataCache,
}
