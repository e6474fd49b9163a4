using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>What is true of this process for its whole life and decides how things are done.</summary>
internal sealed record ProcessCredentials
{
    private static readonly Lazy<ProcessCredentials> Shared = new(Read);

    internal static ProcessCredentials Current => Shared.Value;

    internal required uint UserId { get; init; }

    internal required uint GroupId { get; init; }

    /// <summary>The capabilities in effect, a bit for each.</summary>
    internal long Capabilities { get; init; }

    /// <summary>Whether the process may clone mounts in its own mount namespace (CAP_SYS_ADMIN).</summary>
    internal required bool MayMount { get; init; }

    /// <summary>
    /// Gets whether the process may look into non-dumpable processes of its own user namespace (CAP_SYS_PTRACE).
    /// </summary>
    internal bool MayTrace => Has(Capabilities, Kernel.CapSysPtrace);

    /// <summary>Whether the process may map any ids of its own user namespace (CAP_SETUID and CAP_SETGID).</summary>
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
