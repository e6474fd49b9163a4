using System.Collections.Immutable;

namespace Isolation.Linux.Host;

/// <summary>Represents the directory of a package to which links lead.</summary>
/// <param name="Directory">The directory.</param>
/// <param name="IsPublic">Whether everybody may read all of it.</param>
/// <param name="Items">The linked files and directories in it, or the directory itself.</param>
internal sealed record LinkedPath(string Directory, bool IsPublic, ImmutableArray<string> Items);
