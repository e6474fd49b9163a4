using System.Collections.Immutable;

namespace Isolation.Linux;

/// <summary>Represents options for reading a profile with <see cref="OciSeccompProfile"/>.</summary>
public sealed record OciSeccompOptions
{
    /// <summary>
    /// Gets the capabilities, such as <c>CAP_SYS_ADMIN</c>, against which the <c>caps</c> conditions of rules are
    /// evaluated. Default: none, like commands.
    /// </summary>
    public ImmutableArray<string> Capabilities { get; init; } = [];

    /// <summary>
    /// Gets the kernel version against which <c>minKernel</c> conditions are evaluated. Default:
    /// <see langword="null"/>, the version of the running kernel.
    /// </summary>
    public Version? KernelVersion { get; init; }

    /// <summary>
    /// Gets the collection that receives the names that are not system calls on any architecture; rules ignore these
    /// names. Default: <see langword="null"/>, an unknown name is an error.
    /// </summary>
    public ICollection<string>? UnknownNames { get; init; }
}
