using System.Globalization;

namespace Isolation.TestHost;

/// <summary>Lists the current descriptors and children of this process.</summary>
internal static class Self
{
    /// <summary>
    /// Returns the open descriptors with their targets, without the files that the runtime keeps open for each loaded
    /// assembly and its symbols.
    /// </summary>
    internal static string[] Descriptors() =>
        [.. Directory.EnumerateFileSystemEntries("/proc/self/fd")
            .Select(path => $"{Path.GetFileName(path)} {new FileInfo(path).LinkTarget}")
            .Where(line => !line.EndsWith("/fd", StringComparison.Ordinal)
                && !line.EndsWith(".dll", StringComparison.Ordinal)
                && !line.EndsWith(".pdb", StringComparison.Ordinal))];

    internal static int HighestDescriptor() =>
        Descriptors().Max(line => int.Parse(line.Split(' ')[0], CultureInfo.InvariantCulture));

    /// <summary>Throws if there are more descriptors or children than before.</summary>
    internal static void HasNoMoreThan(string[] before, string when)
    {
        string[] after = Descriptors();

        // The library's event thread creates one epoll descriptor on its first use.
        int allowed = after.Count(IsEventPoll) == before.Count(IsEventPoll) + 1 ? 1 : 0;
        if (after.Length > before.Length + allowed)
        {
            throw new InvalidOperationException(
                $"{when}, descriptors are left: {string.Join(", ", after.Except(before))}; before: "
                + $"{string.Join(", ", before)}");
        }

        if (Children() is { Length: > 0 } children)
        {
            throw new InvalidOperationException($"{when}, {children.Length} children are left.");
        }
    }

    private static bool IsEventPoll(string line) => line.EndsWith("[eventpoll]", StringComparison.Ordinal);

    /// <summary>Returns the children of all threads.</summary>
    internal static int[] Children()
    {
        while (true)
        {
            try
            {
                return [.. Directory.GetDirectories("/proc/self/task")
                    .SelectMany(thread => File.ReadAllText($"{thread}/children")
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Select(child => int.Parse(child, CultureInfo.InvariantCulture))];
            }
            catch (IOException)
            {
                // A thread of the runtime has ended, and another thread has inherited its children: try again.
            }
        }
    }
}
