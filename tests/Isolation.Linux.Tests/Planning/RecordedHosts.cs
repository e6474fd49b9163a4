using System.Runtime.CompilerServices;
using Isolation.Linux.Parts;
using Isolation.TestHost.Recording;

namespace Isolation.Linux.Tests.Planning;

/// <summary>Provides the hosts on which the questions of planning were recorded, see CONTRIBUTING.md.</summary>
internal static class RecordedHosts
{
    internal static string Place { get; } = Path.Combine(Source(), "Recorded");

    public static IEnumerable<string> Names => Directory.GetFiles(Place, "*.json")
        .Select(static path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal);

    internal static PlanningHost Create(string name) =>
        TapedHost.Create(HostTape.Parse(File.ReadAllText(Path.Combine(Place, name + ".json"))));

    private static string Source([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
