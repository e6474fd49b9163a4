using System.Runtime.InteropServices;

namespace Isolation.Linux.Interop;

/// <summary>Keeps a descriptor open during a few calls, even if its handle is closed meanwhile.</summary>
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
            // The handle was closed before.
        }

        IsOpen = isHeld;
        Number = isHeld ? (int)handle.DangerousGetHandle() : -1;
    }

    /// <summary>Gets whether the descriptor is open; false if the handle was closed before.</summary>
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
