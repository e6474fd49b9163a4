using Isolation.IntegrationTests.Support;
using static Isolation.Linux.Interop.Errno;
using static Isolation.Linux.Steps.StepKind;

namespace Isolation.IntegrationTests.Hints;

/// <summary>Situations in which a root cannot be made.</summary>
internal static class RootCases
{
    internal static IEnumerable<RemedyCase> All =>
    [
        new(OpenOfHost, ENOENT, "a missing directory", "/no/such/directory does not exist on the host",
            With(new BindMount("/no/such/directory", "/x"))),
        new(OpenOfHost, ENOTDIR, "below a file", "on the way to /etc/passwd/x",
            With(new BindMount("/etc/passwd/x", "/x"))),
        new(OpenOfHost, EACCES, "a closed directory", "cannot open /proc/1/root",
            With(new BindMount("/proc/1/root", "/x"))) { Needs = Requires.NotRoot },
        new(OpenOfHost, EINVAL, "mounts below it left out", "BindScope.Recursive",
            With(new BindMount("/", "/x") { Scope = BindScope.TopOnly }))
        {
            Needs = Requires.NotRoot,
        },

        new(FindInside, ENOENT, "nothing in a root of the host", "/proc does not exist in the sandbox",
            directory => Of(directory, new ProcMount())),
        new(FindInside, ENOENT, "a dangling link in a root of the host", "a symbolic link whose target does not exist",
            directory =>
        {
            File.CreateSymbolicLink(directory.At("proc"), "/no/such/place");
            return Of(directory, new ProcMount());
        }),
        new(FindInside, ENOENT, "a dangling link of the sandbox's own", "a symbolic link whose target does not exist",
            With(new SymbolicLinkEntry("/link", "/no/such/place"), new TemporaryMount("/link/sub"))),
        new(FindInside, ENOTDIR, "a directory on a file", "a file only on a file", directory =>
        {
            directory.Write("proc", "");
            return Of(directory, new ProcMount());
        }),
        new(FindInside, ELOOP, "a link to itself", "leads in a circle",
            With(new SymbolicLinkEntry("/loop", "/loop")) with { MaskedPaths = ["/loop"] }),

        new(MakeEntry, EEXIST, "a file where a layer has a directory", "/bin exists in the sandbox already",
            Guest.Specification() with
            {
                Root = new OverlayRoot(["/usr"]),
                Mounts = [new FileEntry("/bin", "a"u8.ToArray())],
            }),
        new(MakeEntry, ENOSPC, "no more inodes", "Inodes",
            With(new TemporaryMount("/small") { Inodes = 2 }, new DirectoryEntry("/small/a"),
                new DirectoryEntry("/small/b"))),
        new(WriteContent, ENOSPC, "a full root", "raise Size of the root",
            Guest.Specification() with
            {
                Root = new EmptyRoot { Size = 64 << 10 },
                Mounts = [new FileEntry("/big", new byte[2 << 20])],
            }),

        new(FindLayer, ENOENT, "a missing layer", "/no/such/layer does not exist on the host",
            Layers("/usr", "/no/such/layer")),
        new(FindLayer, ENOTDIR, "a file", "A layer is a directory: /etc/passwd", Layers("/usr", "/etc/passwd")),
        new(FindLayer, EACCES, "a closed directory", "cannot reach /root/layer",
            Layers("/usr", "/root/layer")) { Needs = Requires.NotRoot },
        new(MapOwners, EINVAL, "a file system without owners", "The file system of /proc/tty cannot map owners",
            With(new BindMount("/proc/tty", "/x") { Ownership = MountOwnership.Mapped })) { Needs = Requires.Root },
    ];

    private static SandboxSpecification With(params MountEntry[] entries) => Guest.Specification([.. entries]);

    private static SandboxSpecification Of(HostDirectory directory, params MountEntry[] entries) =>
        new() { Root = new DirectoryRoot(directory.Path), Mounts = [.. entries] };

    private static SandboxSpecification Layers(params string[] layers) =>
        Guest.Specification() with { Root = new OverlayRoot([.. layers]), Mounts = [] };
}
