using System.Collections.Immutable;

namespace Isolation.Linux;

/// <summary>How <see cref="OciSeccompProfile"/> reads a profile.</summary>
public sealed record OciSeccompOptions
{
    /// <summary>
    /// The capabilities that rules with <c>caps</c> are for or not for, such as <c>CAP_SYS_ADMIN</c>. Default: none, as
    /// commands have.
    /// </summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary>The kernel that rules with <c>minKernel</c> are for. Default: null, the one that runs.</summary>
    public Version? KernelVersion { get; init; }

    /// <summary>
    /// Takes the names that stand for no call of any architecture, which are then left out: they decide nothing.
    /// Default: null, such a name is an error.
    /// </summary>
    public ICollection<string>? UnknownNames { get; init; }
}
