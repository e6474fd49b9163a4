using System.Collections.Immutable;
using System.IO.Enumeration;

namespace Isolation.Linux.Host;

/// <summary>
/// Finds the files and directories of <c>/etc</c> and <c>/var/lib</c> to which symbolic links below a directory lead:
/// distributions keep the configuration and state of packages there, and link to them from <c>/usr</c>.
/// </summary>
internal class PackageLinks
{
    private const UnixFileMode Read = UnixFileMode.OtherRead;
    private const UnixFileMode Enter = UnixFileMode.OtherExecute;

    /// <summary>
    /// The deepest useful link of the packages of Debian is five levels below /usr, such as
    /// /usr/lib/jvm/java-17-openjdk-amd64/lib/security/cacerts. Deeper trees belong to single programs.
    /// </summary>
    private const int MaximumDepth = 5;

    /// <summary>A directory with more items is not searched for private ones; only the linked items count.</summary>
    private const int MaximumItems = 4096;

    private static readonly string[] Places = ["/etc/", "/var/lib/"];

    /// <summary>Directories with thousands of files, but without links to a configuration.</summary>
    private static readonly ImmutableHashSet<string> Ignored =
    [
        "doc", "man", "locale", "icons", "info", "zoneinfo", "include", "src", "node_modules", "dist-packages",
        "site-packages", "__pycache__",
    ];

    private readonly Dictionary<string, (string Version, ImmutableArray<LinkedPath> Paths)> _found =
        new(StringComparer.Ordinal);

    private readonly Lock _gate = new();

    /// <summary>Gets the links of this host.</summary>
    internal static PackageLinks Current { get; } = new();

    /// <summary>
    /// Finds the targets of the links below a directory, each with the linked items that it contains. Searches again
    /// after packages were installed.
    /// </summary>
    internal virtual ImmutableArray<LinkedPath> Find(string directory)
    {
        lock (_gate)
        {
            string version = string.Join(
                ' ', Places.Append(directory).Select(static place => Directory.GetLastWriteTimeUtc(place).Ticks));
            if (!_found.TryGetValue(directory, out (string Version, ImmutableArray<LinkedPath> Paths) found)
                || found.Version != version)
            {
                found = (version, Search(directory));
                _found[directory] = found;
            }

            return found.Paths;
        }
    }

    /// <summary>Gets the place that a path is in; null if it is in none, or directly in one.</summary>
    private static string? PackageOf(string path)
    {
        foreach (string place in Places)
        {
            if (path.StartsWith(place, StringComparison.Ordinal) && path.IndexOf('/', place.Length) is > 0 and var end)
            {
                return path[..end];
            }
        }

        return null;
    }

    private static ImmutableArray<LinkedPath> Search(string directory)
    {
        Dictionary<string, SortedSet<string>> packages = new(StringComparer.Ordinal);
        foreach ((string link, string? target) in Links(directory))
        {
            if (target is null)
            {
                continue;
            }

            string path = Path.GetFullPath(target, Path.GetDirectoryName(link)!);
            string? package = PackageOf(path) ?? (PackageOf(path + "/") is { } whole && Directory.Exists(path)
                ? whole
                : null);
            if (package is not null && IsForEverybody(path))
            {
                if (!packages.TryGetValue(package, out SortedSet<string>? items))
                {
                    packages.Add(package, items = new SortedSet<string>(StringComparer.Ordinal));
                }

                items.Add(path);
            }
        }

        return
        [
            .. packages.OrderBy(static package => package.Key, StringComparer.Ordinal).Select(
                static package => new LinkedPath(
                    package.Key, IsWhollyForEverybody(package.Key), [.. package.Value])),
        ];
    }

    private static FileSystemEnumerable<(string Link, string? Target)> Links(string directory) =>
        new(
            directory,
            static (ref FileSystemEntry entry) =>
            {
                string path = entry.ToFullPath();
                return (path, TargetOf(path));
            },
            new EnumerationOptions
            {
                RecurseSubdirectories = true,
                MaxRecursionDepth = MaximumDepth,
                AttributesToSkip = 0,
                IgnoreInaccessible = true,
            })
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) => IsLink(ref entry),
            ShouldRecursePredicate = static (ref FileSystemEntry entry) =>
                !IsLink(ref entry) && !Ignored.Contains(entry.FileName.ToString()),
        };

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);

    private static string? TargetOf(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Returns whether everybody may reach and read an item through its path. A mount bypasses the permissions of the
    /// directories above it.
    /// </summary>
    private static bool IsForEverybody(string path)
    {
        try
        {
            string final = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            return Reaches(path) && (final == path || Reaches(final)) && Allows(final);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool Reaches(string path)
    {
        for (string? parent = Path.GetDirectoryName(path); parent is not null; parent = Path.GetDirectoryName(parent))
        {
            if (!Allows(parent, Enter))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Allows(string path) =>
        Directory.Exists(path) ? Allows(path, Read | Enter) : File.Exists(path) && Allows(path, Read);

    private static bool Allows(string path, UnixFileMode mode) =>
        !OperatingSystem.IsWindows() && File.GetUnixFileMode(path).HasFlag(mode);

    private static bool IsWhollyForEverybody(string directory)
    {
        try
        {
            int count = 0;
            return IsForEverybody(directory) && new DirectoryInfo(directory)
                .EnumerateFileSystemInfos("*", new EnumerationOptions
                {
                    RecurseSubdirectories = true,
                    AttributesToSkip = 0,
                    IgnoreInaccessible = false,
                })
                .All(item => ++count <= MaximumItems && (item.LinkTarget is not null || Allows(item.FullName)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
