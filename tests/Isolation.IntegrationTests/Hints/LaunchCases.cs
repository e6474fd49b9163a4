using Isolation.IntegrationTests.Support;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.IntegrationTests.Hints;

/// <summary>Situations in which processes, namespaces and id maps cannot be made.</summary>
internal static class LaunchCases
{
    internal static IEnumerable<RemedyCase> All =>
    [
        new(OpenNamespace, ENOENT, "its process has ended", "its process has ended", Joining("/no/such/namespace")),
        new(OpenNamespace, EACCES, "another user's", "CAP_SYS_PTRACE",
            Joining("/proc/1/ns/net")) { Needs = Requires.NotRoot },
        new(Join, EINVAL, "a file", "/etc/passwd is not a namespace", Joining("/etc/passwd")),
        new(Join, EINVAL, "another kind", "/proc/self/ns/uts is not a namespace of that kind",
            Joining("/proc/self/ns/uts")),
        new(Join, EPERM, "the host's, by an ordinary user", "CAP_SYS_ADMIN",
            Joining("/proc/self/ns/net")) { Needs = Requires.NotRoot },
        new(ClockOffsets, ERANGE, "before the beginning", "below zero", Guest.Specification() with
        {
            Namespaces = new NamespaceSet { Time = NamespaceSource.New },
            TimeOffsets = new TimeOffsets(TimeSpan.FromDays(-50_000), TimeSpan.Zero),
        }),
        new(EnterRoot, ENOENT, "a missing directory", "/no/such/root does not exist on the host",
            Chroot("/no/such/root")),
        new(EnterRoot, ENOTDIR, "a file", "/etc/passwd is not a directory", Chroot("/etc/passwd")),
        new(EnterRoot, EACCES, "a closed directory", "x permission on /root",
            Chroot("/root")) { Needs = Requires.NotRoot },
    ];

    private static SandboxSpecification Joining(string path) =>
        Guest.Specification() with { Namespaces = new NamespaceSet { Network = NamespaceSource.ByPath(path) } };

    private static SandboxSpecification Chroot(string path) =>
        new() { Root = new ChrootRoot(path), Namespaces = NamespaceSet.NewOnly(Namespaces.User | Namespaces.Pid) };
}
