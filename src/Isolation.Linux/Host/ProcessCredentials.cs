using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>Represents the identity and the rights of this process, which are assumed not to change.</summary>
internal sealed record ProcessCredentials
{
    private static readonly Lazy<ProcessCredentials> Shared = new(Read);

    internal static ProcessCredentials Current => Shared.Value;

    internal required uint UserId { get; init; }

    internal required uint GroupId { get; init; }

    /// <summary>Gets the effective capabilities, one bit each.</summary>
    internal long Capabilities { get; init; }

    /// <summary>
    /// Gets a value indicating whether the process may clone mounts in its mount namespace (CAP_SYS_ADMIN).
    /// </summary>
    internal required bool MayMount { get; init; }

    /// <summary>
    /// Gets a value indicating whether the process may inspect non-dumpable processes of its user namespace
    /// (CAP_SYS_PTRACE).
    /// </summary>
    internal bool MayTrace => Has(Capabilities, Kernel.CapSysPtrace);

    /// <summary>
    /// Gets a value indicating whether the process may map any ids of its user namespace (CAP_SETUID and CAP_SETGID).
    /// </summary>
    internal required bool MayMapAnyIds { get; init; }

    private static ProcessCredentials Read()
    {
        long capabilities = EffectiveCapabilities();
        return new ProcessCredentials
        {
            UserId = Kernel.geteuid(),
            GroupId = Kernel.getegid(),
            Capabilities = capabilities,
            MayMount = Has(capabilities, Kernel.CapSysAdmin),
            MayMapAnyIds = Has(capabilities, Kernel.CapSetuid) && Has(capabilities, Kernel.CapSetgid),
        };
    }

    private static bool Has(long capabilities, int number) => (capabilities & (1L << number)) != 0;

    private static long EffectiveCapabilities()
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith("CapEff:", StringComparison.Ordinal))
            {
                return Convert.ToInt64(line["CapEff:".Length..].Trim(), 16);
            }
        }

        return 0;
    }
}
