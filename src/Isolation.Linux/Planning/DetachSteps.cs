using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Plans;

namespace Isolation.Linux.Planning;

/// <summary>Adds the steps with which the init of a detached sandbox takes what it keeps.</summary>
internal static class DetachSteps
{
    /// <summary>The number of applications that may wait to attach; all but one of them are refused.</summary>
    private const int Backlog = 1;

    /// <summary>
    /// Begins to listen. Init does this itself, so that the kernel names it to applications that connect (SO_PEERCRED).
    /// </summary>
    internal static void Listen(PlanningContext context)
    {
        if (!context.IsDetached)
        {
            return;
        }

        // The kernel gives received descriptors the lowest free numbers, in order.
        context.AddSource(new HostSource(HostSourceKind.Listener, "the control socket of the sandbox"));
        context.AddSource(new HostSource(HostSourceKind.ExitTable, "the table of ended commands"));
        context.Builder.Step(
            "listen for applications", null, SystemCallTable.Current.Listen, DetachNodes.ListenerDescriptor, Backlog);
    }
}
