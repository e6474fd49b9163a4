namespace Isolation.Escapes.Harness;

/// <summary>Contains the classes of attacks that have broken sandboxes, by number.</summary>
internal static class AttackClasses
{
    internal static SortedDictionary<int, string> Titles { get; } = new()
    {
        [1] = "The program of a host-side process is overwritten",
        [2] = "Leaked descriptors, a working directory outside the root",
        [3] = "Symbolic links in an untrusted root, also swapped while mounting",
        [4] = "Redirected writes to procfs",
        [5] = "Links, traversal and hard links in layers",
        [6] = "Mounts below a read-only bind that stay writable",
        [7] = "The host collects what a payload left through links",
        [8] = "Input is pushed into the host's terminal",
        [9] = "Other ABIs",
        [10] = "Exotic socket families",
        [11] = "The release agent, writable control groups",
        [12] = "Switches of the whole kernel",
        [13] = "Tracing and reading other processes",
        [14] = "Groups of the host",
        [15] = "Nested user namespaces",
        [16] = "Abstract sockets and loopback of the host",
        [17] = "io_uring",
        [18] = "Objects that two sandboxes share",
        [19] = "Fork bombs, signals to all, daemons, a killed host",
        [20] = "A lost parent-death signal",
        [21] = "Decisions on the payload's memory",
        [22] = "Set-user-id programs and file capabilities",
        [23] = "Exhaustion",
        [24] = "Inherited capabilities, user names of an untrusted root",
        [25] = "Secrets of the host in sight",
        [26] = "Side channels between CPU threads",
        [27] = "A launch into namespaces that are joined",
        [28] = "Pools that all users share",
        [29] = "Socket buffers outside the memory limit",
    };

    internal static string Title(int number) => Titles[number];
}
