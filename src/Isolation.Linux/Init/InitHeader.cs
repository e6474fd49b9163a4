using System.Runtime.InteropServices;

namespace Isolation.Linux.Init;

/// <summary>What comes before a program in a message to init.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitHeader
{
    /// <summary>The size of the program if it comes as a memory file; 0 if it is in the message.</summary>
    internal long LargeSize;

    /// <summary>The address at which init finds the number of the memory file's descriptor.</summary>
    internal long LargeDescriptorAddress;
}
