using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct tc_ratespec</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct RateSpecification
{
    /// <summary>TC_LINKLAYER_ETHERNET: without it, the kernel expects a table of transmission times.</summary>
    private const byte Ethernet = 1;

    private readonly byte _cellLog;
    private byte _linkLayer;
    private readonly ushort _overhead;
    private readonly short _cellAlign;
    private readonly ushort _minimum;
    private uint _rate;

    /// <summary>Gets the rate, in bytes per second; the largest value if a 64-bit attribute follows.</summary>
    internal readonly uint Rate => _rate;

    internal static RateSpecification Of(long bytesPerSecond) => new()
    {
        _linkLayer = Ethernet,
        _rate = (uint)Math.Min(bytesPerSecond, uint.MaxValue),
    };

    /// <summary>Returns the time that bytes take, in the kernel's ticks of 64 ns (PSCHED_SHIFT).</summary>
    internal static uint Ticks(long bytes, long bytesPerSecond) =>
        (uint)UInt128.Min((UInt128)bytes * 1_000_000_000 / (UInt128)bytesPerSecond >> 6, uint.MaxValue);
}
