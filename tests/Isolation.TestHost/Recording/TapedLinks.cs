using System.Collections.Immutable;
using Isolation.Linux.Host;

namespace Isolation.TestHost.Recording;

/// <summary>Finds the links of a recorded host, of packages that every distribution has.</summary>
internal sealed class TapedLinks(HostTape tape) : PackageLinks
{
    private static readonly string[] Common = ["/etc/alternatives", "/etc/ssl"];

    internal override ImmutableArray<LinkedPath> Find(string directory) =>
    [
        .. tape.Answer($"links: {directory}", () => string.Join('\n', base.Find(directory)
                .Where(static link => Common.Contains(link.Directory) && link.IsPublic)
                .Select(static link => link.Directory)))!
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(static path => new LinkedPath(path, IsPublic: true, [path])),
    ];
}
