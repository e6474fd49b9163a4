using System.Runtime.InteropServices;

namespace Isolation.Linux.Init;

/// <summary>Represents the header that precedes a program in a message to init.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InitHeader
{
    /// <summary>The size of the program if it comes in a memory file; 0 if the message contains it.</summary>
    internal long LargeSize;

    /// <summary>The address of the word that holds the number of the memory file's descriptor.</summary>
    internal long LargeDescriptorAddress;
}
