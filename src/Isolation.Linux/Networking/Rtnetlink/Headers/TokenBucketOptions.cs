using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct tc_tbf_qopt</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TokenBucketOptions
{
    internal RateSpecification Rate;
    internal RateSpecification PeakRate;
    internal int Limit;
    internal uint Buffer;
    internal uint Mtu;
}
