using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Running;

/// <summary>A sealed file in memory with given content.</summary>
internal static class MemoryFile
{
    /// <summary>Returns its descriptor, at the start of the content.</summary>
    internal static int Create(string name, ReadOnlySpan<byte> content)
    {
        int descriptor = (int)Errors.Check(
            Kernel.memfd_create("isolation-content", Kernel.MfdCloexec | Kernel.MfdAllowSealing), "make a memory file for", name);
        long result = Kernel.write(descriptor, content);
        if (result >= 0)
        {
            result = Kernel.fcntl(descriptor, Kernel.FAddSeals, Kernel.SealSeal | Kernel.SealShrink | Kernel.SealGrow | Kernel.SealWrite);
        }

        if (result >= 0)
        {
            result = Kernel.lseek(descriptor, 0);
        }

        if (result < 0)
        {
            Kernel.close(descriptor);
        }

        Errors.Check(result, "fill a memory file for", name, StepKind.FillMemoryFile);
        return descriptor;
    }
}
