using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>
/// Represents the descriptor through which the kernel notifies of the calls of a filter and receives the answers. The
/// caller holds the descriptor open during each call except <see cref="Answer"/>.
/// </summary>
internal sealed class SeccompListener : SafeHandleZeroOrMinusOneIsInvalid
{
    /// <summary>Takes over a descriptor.</summary>
    internal SeccompListener(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    /// <summary>Gets a value indicating whether a call waits.</summary>
    internal bool HasCall => (Kernel.poll(Descriptor) & Kernel.Pollin) != 0;

    private int Descriptor => (int)handle;

    /// <summary>Keeps the descriptor open until <see cref="SafeHandle.DangerousRelease"/>.</summary>
    /// <returns><see langword="false"/> if the descriptor is closed.</returns>
    internal bool TryHold()
    {
        bool isHeld = false;
        try
        {
            DangerousAddRef(ref isHeld);
        }
        catch (ObjectDisposedException)
        {
            return false;
        }

        return isHeld;
    }

    /// <summary>Receives a call. Returns false if its caller no longer waits.</summary>
    internal bool TryReceive(out Kernel.SeccompNotification call) =>
        Kernel.seccomp_notif_recv(Descriptor, out call) == 0;

    /// <summary>Lets the kernel execute a call.</summary>
    internal void Continue(ulong id) =>
        Kernel.seccomp_notif_send(Descriptor, new() { Id = id, Flags = Kernel.SeccompUserNotifFlagContinue });

    /// <summary>Lets a call fail.</summary>
    internal void Fail(ulong id, int error) =>
        Kernel.seccomp_notif_send(Descriptor, new() { Id = id, Error = -error });

    /// <summary>Kills the caller as the filter would. Its id cannot be reused while it waits.</summary>
    internal void KillCaller(in Kernel.SeccompNotification call)
    {
        if (Kernel.seccomp_notif_id_valid(Descriptor, call.Id) == 0)
        {
            Kernel.kill(call.ProcessId, (int)UnixSignal.SIGKILL);
        }

        Kernel.seccomp_notif_send(Descriptor, new() { Id = call.Id, Error = -Errno.EPERM });
    }

    /// <summary>Answers a call, and closes the descriptor of the decision.</summary>
    /// <param name="id">The id of the call.</param>
    /// <param name="decision">The answer.</param>
    /// <param name="failure">The first failure of the application, which is set if its descriptor is closed.</param>
    internal void Answer(ulong id, SystemCallDecision decision, ref Exception? failure)
    {
        try
        {
            if (!TryHold())
            {
                return;
            }

            try
            {
                // The caller may have ended; then there is nothing to answer.
                if (decision.Descriptor is { } descriptor)
                {
                    Install(id, descriptor, ref failure);
                    return;
                }

                Kernel.seccomp_notif_send(Descriptor, new()
                {
                    Id = id,
                    Value = decision.Value,
                    Error = -decision.ErrorNumber,
                    Flags = decision.IsAllowed ? Kernel.SeccompUserNotifFlagContinue : 0u,
                });
            }
            finally
            {
                DangerousRelease();
            }
        }
        finally
        {
            decision.Descriptor?.Dispose();
        }
    }

    private void Install(ulong id, SafeHandle descriptor, ref Exception? failure)
    {
        bool isHeld = false;
        long result;
        try
        {
            descriptor.DangerousAddRef(ref isHeld);
            result = Kernel.seccomp_notif_addfd(
                Descriptor,
                new() { Id = id, Flags = Kernel.SeccompAddfdFlagSend, Source = (int)descriptor.DangerousGetHandle() });
        }
        catch (ObjectDisposedException exception)
        {
            Interlocked.CompareExchange(ref failure, exception, null);
            result = -Errno.EPERM;
        }
        finally
        {
            if (isHeld)
            {
                descriptor.DangerousRelease();
            }
        }

        if (result < 0)
        {
            Kernel.seccomp_notif_send(Descriptor, new() { Id = id, Error = (int)result });
        }
    }

    protected override bool ReleaseHandle() => Kernel.close(Descriptor) == 0;
}
