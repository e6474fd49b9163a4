using System.Collections.Frozen;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Hints;

/// <summary>Finds what to do about a step that failed.</summary>
internal static class ErrorHints
{
    private static readonly FrozenDictionary<(StepKind Kind, int Error), Hint> Table =
        All.ToFrozenDictionary(static remedy => (remedy.Kind, remedy.Error));

    /// <summary>
    /// Gets every remedy. Each belongs to one kind of step and one error; those of <see cref="StepKind.Other"/> hold
    /// for every step that has no remedy of its own for that error.
    /// </summary>
    internal static IEnumerable<Hint> All =>
    [
        .. LaunchHints.All, .. RootHints.All, .. FileHints.All, .. CommandHints.All, .. CgroupHints.All,
        .. NetworkHints.All,
        new(StepKind.Other, Errno.EMFILE,
            "The application has too many open files: raise its limit (ulimit -n, LimitNOFILE= in a systemd unit), or "
            + "keep fewer sandboxes running."),
        new(StepKind.Other, Errno.ENFILE, "The system-wide limit on open files is reached: raise fs.file-max."),
    ];

    /// <summary>Gets the remedy for a step that failed; null if none is known.</summary>
    internal static string? Find(StepKind kind, string? target, int error)
    {
        if (!Table.TryGetValue((kind, error), out Hint? remedy)
            && !Table.TryGetValue((StepKind.Other, error), out remedy))
        {
            return null;
        }

        return remedy.Text(target ?? "the target");
    }
}
