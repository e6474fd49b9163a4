namespace Isolation;

/// <summary>What is allowed on a file, or on a directory and everything below it.</summary>
/// <param name="Path">
/// An absolute path inside the sandbox. It is looked up once, as root of the sandbox, when the sandbox is made;
/// symbolic links are followed. The rule holds for the file or directory that was found, wherever it is moved.
/// </param>
/// <param name="Access">What is allowed. Of a file that is no directory, the rights that only directories have are left
/// out.</param>
public sealed record LandlockFileRule(string Path, LandlockFileAccess Access)
{
    /// <summary>
    /// What happens when there is nothing at <see cref="Path"/>. Default: <see cref="Requirement.Require"/>, no
    /// sandbox. With <see cref="Requirement.Prefer"/> the rule is passed over without a word.
    /// </summary>
    public Requirement Requirement { get; init; }
}
