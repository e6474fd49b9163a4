using System.Runtime.InteropServices;

namespace Isolation.Linux.Networking.Rtnetlink.Headers;

/// <summary>Represents <c>struct tc_htb_opt</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HierarchyClassOptions
{
    internal RateSpecification Rate;
    internal RateSpecification Ceiling;
    internal uint Buffer;
    internal uint CeilingBuffer;
    internal uint Quantum;
    internal uint Level;
    internal uint Priority;
}
