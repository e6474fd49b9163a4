using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Probing;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Sandboxes;

/// <summary>
/// Explains a refused step of the setup. The host is probed for the reason only after such a failure.
/// </summary>
internal static class SetupFailure
{
    internal static SandboxException Create(ProgramStep step, int error)
    {
        Obstacle? obstacle = error is Errno.EPERM or Errno.EACCES or Errno.ENOSYS ? Find(step.Kind) : null;
        return obstacle is null
            ? SandboxErrors.Create(step, error)
            : SandboxErrors.Create(step, error, $"{obstacle.Reason} {obstacle.Remedy}".TrimEnd());
    }

    private static Obstacle? Find(StepKind kind) => kind switch
    {
        StepKind.Mount => Of(Namespaces.Mount),
        StepKind.SetHostName => Of(Namespaces.Uts),

        // A later step would be refused as well. The text names both, and the remedy for the filter includes the masks.
        StepKind.MakeProc when Of(Namespaces.Uts) is { } later =>
            later with { Reason = $"{ProcCovers.Explain(HostFiles.Current).Reason} {later.Reason}" },
        _ => null,
    };

    private static Obstacle? Of(Namespaces kind) => HostProbe.Current.Namespaces.Find(NamespaceKind.Of(kind));
}
