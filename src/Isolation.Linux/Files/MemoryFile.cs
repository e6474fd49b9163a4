using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Files;

/// <summary>Creates sealed memory files.</summary>
internal static class MemoryFile
{
    /// <summary>Creates a sealed file. Returns its descriptor, positioned at the start of the content.</summary>
    internal static int Create(string name, ReadOnlySpan<byte> content)
    {
        int descriptor = Open(name);
        long result = Kernel.write(descriptor, content);
        if (result < 0)
        {
            Kernel.close(descriptor);
        }

        SandboxErrors.Check(result, "fill a memory file for", name, StepKind.FillMemoryFile);
        Seal(descriptor, name);
        return descriptor;
    }

    /// <summary>Creates an empty file, to be filled and then sealed.</summary>
    internal static int Open(string name) =>
        (int)SandboxErrors.Check(
            Kernel.memfd_create("isolation-content", Kernel.MfdCloexec | Kernel.MfdAllowSealing),
            "make a memory file for", name);

    /// <summary>Seals a file and seeks to its start. Closes the file if sealing fails.</summary>
    internal static void Seal(int descriptor, string name)
    {
        long result = Kernel.fcntl(
            descriptor, Kernel.FAddSeals, Kernel.SealSeal | Kernel.SealShrink | Kernel.SealGrow | Kernel.SealWrite);
        if (result >= 0)
        {
            result = Kernel.lseek(descriptor, 0);
        }

        if (result < 0)
        {
            Kernel.close(descriptor);
        }

        SandboxErrors.Check(result, "fill a memory file for", name, StepKind.FillMemoryFile);
    }
}
