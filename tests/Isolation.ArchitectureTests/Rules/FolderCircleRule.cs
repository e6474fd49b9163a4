using Isolation.ArchitectureTests.Facts;

namespace Isolation.ArchitectureTests.Rules;

/// <summary>
/// Forbids direct and indirect circular uses between the directories of a project. A directory and its subdirectories
/// count as one.
/// </summary>
internal static class FolderCircleRule
{
    /// <summary>Returns each circle once, as the uses that make it up.</summary>
    public static IEnumerable<string> Violations(FolderGraph graph)
    {
        HashSet<string> done = [];
        foreach (string folder in graph.Folders)
        {
            if (!done.Contains(folder) && FindCircle(graph, folder) is { } circle)
            {
                done.UnionWith(circle);
                yield return string.Join('\n', circle.Zip(circle.Skip(1), graph.Example));
            }
        }
    }

    /// <summary>Finds the shortest path from a directory back to itself.</summary>
    private static List<string>? FindCircle(FolderGraph graph, string start)
    {
        Queue<List<string>> ways = new([[start]]);
        HashSet<string> seen = [];
        while (ways.TryDequeue(out List<string>? way))
        {
            foreach (string next in graph.UsesOf(way[^1]).Where(next => !IsSame(way[^1], next)))
            {
                if (next == start)
                {
                    return [.. way, next];
                }

                if (seen.Add(next))
                {
                    ways.Enqueue([.. way, next]);
                }
            }
        }

        return null;
    }

    private static bool IsSame(string one, string other) =>
        one.StartsWith(other + "/", StringComparison.Ordinal) || other.StartsWith(one + "/", StringComparison.Ordinal);
}
