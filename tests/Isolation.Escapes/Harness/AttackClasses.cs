namespace Isolation.Escapes.Harness;

/// <summary>Contains the classes of attacks that have broken sandboxes, by number.</summary>
internal static class AttackClasses
{
    internal static SortedDictionary<int, string> Titles { get; } = new()
    {
        [1] = "Overwriting the program of a host-side process",
        [2] = "Leaked descriptors and working directories outside the root",
        [3] = "Symbolic links in an untrusted root, including swaps while mounting",
        [4] = "Redirected writes to procfs",
        [5] = "Links, traversal and hard links in layers",
        [6] = "Writable mounts below a read-only bind",
        [7] = "Links and pipes left for the host to collect",
        [8] = "Input injected into the host's terminal",
        [9] = "Other ABIs",
        [10] = "Exotic socket families",
        [11] = "Release agents and writable cgroups",
        [12] = "Kernel-wide switches",
        [13] = "Tracing and reading other processes",
        [14] = "Supplementary groups of the host",
        [15] = "Nested user namespaces",
        [16] = "Abstract sockets and loopback of the host",
        [17] = "io_uring",
        [18] = "Objects shared between sandboxes",
        [19] = "Fork bombs, broadcast signals, daemons and killed applications",
        [20] = "Lost parent-death signals",
        [21] = "Decisions on the payload's memory",
        [22] = "Set-user-ID programs and file capabilities",
        [23] = "Resource exhaustion",
        [24] = "Inherited capabilities and user names of an untrusted root",
        [25] = "Visible secrets of the host",
        [26] = "Side channels between CPU threads",
        [27] = "Launches into joined namespaces",
        [28] = "Resource pools shared by all users",
        [29] = "Socket buffers outside the memory limit",
    };

    internal static string Title(int number) => Titles[number];
}
