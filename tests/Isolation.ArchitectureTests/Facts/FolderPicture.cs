using System.Globalization;
using System.Text;

namespace Isolation.ArchitectureTests.Facts;

/// <summary>Draws the directories of a project as a Mermaid diagram.</summary>
internal static class FolderPicture
{
    /// <summary>
    /// Draws the graph. A use that others imply (A uses B, B uses C: A may use C) is left out, and so are uses between
    /// a directory and its subdirectories.
    /// </summary>
    public static string Draw(FolderGraph graph)
    {
        Dictionary<string, HashSet<string>> uses = graph.Folders.ToDictionary(
            folder => folder, folder => graph.UsesOf(folder).Where(used => !IsPart(folder, used)).ToHashSet());
        Dictionary<string, HashSet<string>> reach = uses.Keys.ToDictionary(
            folder => folder, folder => Reach(uses, folder));
        StringBuilder picture = new("```mermaid\ngraph TD\n");
        foreach (string folder in uses.Keys.Order(StringComparer.Ordinal))
        {
            string[] direct = [.. uses[folder]
                .Where(used => !uses[folder].Any(other => other != used && reach[other].Contains(used)))
                .Order(StringComparer.Ordinal)];
            if (direct.Length == 0)
            {
                picture.Append(CultureInfo.InvariantCulture, $"    {Node(folder)}\n");
            }

            foreach (string used in direct)
            {
                picture.Append(CultureInfo.InvariantCulture, $"    {Node(folder)} --> {Node(used)}\n");
            }
        }

        return picture.Append("```\n").ToString();
    }

    private static HashSet<string> Reach(Dictionary<string, HashSet<string>> uses, string start)
    {
        HashSet<string> reached = [];
        Stack<string> open = new([start]);
        while (open.TryPop(out string? folder))
        {
            foreach (string used in uses[folder].Where(reached.Add))
            {
                open.Push(used);
            }
        }

        return reached;
    }

    private static string Node(string folder) => folder.Replace('/', '_') + $"[{folder}]";

    private static bool IsPart(string one, string other) =>
        one.StartsWith(other + "/", StringComparison.Ordinal) || other.StartsWith(one + "/", StringComparison.Ordinal);
}
