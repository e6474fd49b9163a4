namespace Isolation;

/// <summary>Allows rights on a file, or on a directory and everything below it.</summary>
/// <param name="Path">
/// An absolute path inside the sandbox. The path is resolved once, as the root of the sandbox, when the sandbox is
/// created; symbolic links are followed. The rule applies to the resolved file or directory, even if it is moved.
/// </param>
/// <param name="Access">
/// The allowed rights. For anything other than a directory, rights that apply only to directories are ignored.
/// </param>
public sealed record LandlockFileRule(string Path, LandlockFileAccess Access)
{
    /// <summary>
    /// Gets a value that specifies what happens if <see cref="Path"/> does not exist. Default:
    /// <see cref="Requirement.Require"/>, the sandbox is not created. With <see cref="Requirement.Prefer"/>, the rule
    /// is ignored and not reported.
    /// </summary>
    public Requirement Requirement { get; init; }

    /// <summary>
    /// Gets a value that specifies whether the rule also applies to the files and directories of <c>/etc</c> and
    /// <c>/var/lib</c> to which symbolic links below <see cref="Path"/> lead; see
    /// <see cref="BindMount.IncludesLinkTargets"/>. Default: <see langword="false"/>.
    /// </summary>
    /// <remarks>
    /// The links are those of the host, so the option is useful in its root (<see cref="HostRoot"/>).
    /// </remarks>
    public bool IncludesLinkTargets { get; init; }
}
