using System.Collections.Immutable;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Hosting;

/// <summary>What is true of this process for its whole life and decides how things are done.</summary>
internal sealed record HostFacts
{
    private static readonly Lazy<HostFacts> Shared = new(Read);

    internal static HostFacts Current => Shared.Value;

    internal required uint UserId { get; init; }

    internal required uint GroupId { get; init; }

    /// <summary>Whether the process may clone mounts in its own mount namespace (CAP_SYS_ADMIN).</summary>
    internal required bool MayMount { get; init; }

    /// <summary>Whether the process may map any ids of its own user namespace (CAP_SETUID and CAP_SETGID).</summary>
    internal required bool MayMapAnyIds { get; init; }

    /// <summary>Signals that this process ignores. A runtime ignores SIGPIPE; others come from whoever started it.</summary>
    internal required ImmutableArray<int> IgnoredSignals { get; init; }

    private static HostFacts Read()
    {
        long capabilities = StatusMask("CapEff:");
        long ignored = StatusMask("SigIgn:") | (1L << ((int)UnixSignal.BrokenPipe - 1));
        return new HostFacts
        {
            UserId = Kernel.geteuid(),
            GroupId = Kernel.getegid(),
            MayMount = (capabilities & (1L << 21)) != 0,
            IgnoredSignals = [.. Enumerable.Range(1, 64).Where(signal => (ignored & (1L << (signal - 1))) != 0)],
            MayMapAnyIds = (capabilities & 0b1100_0000) == 0b1100_0000,
        };
    }

    private static long StatusMask(string name)
    {
        foreach (string line in File.ReadLines("/proc/self/status"))
        {
            if (line.StartsWith(name, StringComparison.Ordinal))
            {
                return Convert.ToInt64(line[name.Length..].Trim(), 16);
            }
        }

        return 0;
    }
}
