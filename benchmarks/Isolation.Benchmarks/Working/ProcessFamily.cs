using System.Globalization;

namespace Isolation.Benchmarks.Working;

/// <summary>Lists a process and its children.</summary>
internal static class ProcessFamily
{
    internal static IEnumerable<int> Of(int process)
    {
        yield return process;
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/task/{process}/children");
        if (!File.Exists(path))
        {
            yield break;
        }

        foreach (string child in File.ReadAllText(path).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return int.Parse(child, CultureInfo.InvariantCulture);
        }
    }
}
