using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>Keeps a descriptor open for the time of a few calls, whoever closes its handle meanwhile.</summary>
internal readonly ref struct HeldDescriptor
{
    private readonly SafeHandle _handle;

    internal HeldDescriptor(SafeHandle handle)
    {
        _handle = handle;
        bool isHeld = false;
        try
        {
            handle.DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            // It was closed before.
        }

        IsOpen = isHeld;
        Number = isHeld ? (int)handle.DangerousGetHandle() : -1;
    }

    /// <summary>False where the handle was closed before.</summary>
    internal bool IsOpen { get; }

    internal int Number { get; }

    public void Dispose()
    {
        if (IsOpen)
        {
            _handle.DangerousRelease();
        }
    }
}
