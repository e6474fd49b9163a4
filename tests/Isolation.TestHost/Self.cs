using System.Globalization;

namespace Isolation.TestHost;

/// <summary>What this process has at the moment.</summary>
internal static class Self
{
    /// <summary>
    /// Open descriptors with what they stand for. The runtime keeps a file open for each assembly that it loads, and
    /// for its symbols.
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

        // The library's one thread that waits for what takes long has one, which is made when something first does.
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

    /// <summary>The children of all threads.</summary>
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
                // A thread of the runtime has ended, and its children are those of another thread now.
            }
        }
    }
}
