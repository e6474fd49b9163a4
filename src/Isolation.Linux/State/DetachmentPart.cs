using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Parts;

namespace Isolation.Linux.State;

/// <summary>Represents what the init of a detached sandbox keeps, so that applications can attach to it.</summary>
internal sealed class DetachmentPart(PlanningContext context) : SandboxPart
{
    /// <summary>The number of applications that may wait to attach; all but one of them are refused.</summary>
    private const int Backlog = 1;

    /// <summary>
    /// Begins to listen. Init does this itself, so that the kernel names it to applications that connect (SO_PEERCRED).
    /// </summary>
    internal void Listen()
    {
        if (!context.IsDetached)
        {
            return;
        }

        // The kernel gives received descriptors the lowest free numbers, in order.
        context.AddSource(new Listener());
        context.AddSource(new Table());
        context.Builder.Step(
            "listen for applications", null, SystemCallTable.Current.Listen, DetachNodes.ListenerDescriptor, Backlog);
    }

    private sealed record Listener() : HostSource("the control socket of the sandbox")
    {
        internal override ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken) =>
            new(passed.Sandbox.Record!.CreateListener());
    }

    private sealed record Table() : HostSource("the table of ended commands")
    {
        internal override ValueTask<int> OpenAsync(PassedDescriptors passed, CancellationToken cancellationToken) =>
            new(passed.Sandbox.Record!.OpenExitTable());
    }
}
