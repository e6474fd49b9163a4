using System.Collections.Immutable;

namespace Isolation.Escapes.Harness;

/// <summary>The ways in which sandboxes have been broken, by their number.</summary>
internal static class AttackClasses
{
    internal static ImmutableArray<string> Titles { get; } =
    [
        "The program of a host-side process is overwritten",
        "Leaked descriptors, a working directory outside the root",
        "Symbolic links in an untrusted root, also swapped while mounting",
        "Redirected writes to procfs",
        "Links, traversal and hard links in layers",
        "Mounts below a read-only bind that stay writable",
        "The host collects what a payload left through links",
        "Input is pushed into the host's terminal",
        "Other ABIs",
        "Exotic socket families",
        "The release agent, writable control groups",
        "Switches of the whole kernel",
        "Tracing and reading other processes",
        "Groups of the host",
        "Nested user namespaces",
        "Abstract sockets and loopback of the host",
        "io_uring",
        "Objects that two sandboxes share",
        "Fork bombs, signals to all, daemons, a killed host",
        "A lost parent-death signal",
        "Decisions on the payload's memory",
        "Set-user-id programs and file capabilities",
        "Exhaustion",
        "Inherited capabilities, user names of an untrusted root",
        "Secrets of the host in sight",
        "Side channels between CPU threads",
        "A launch into namespaces that are joined",
    ];

    internal static string Title(int number) => Titles[number - 1];
}
