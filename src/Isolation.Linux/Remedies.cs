namespace Isolation.Linux;

/// <summary>What to do about a step that failed, where it is known.</summary>
internal static class Remedies
{
    internal static string? Find(string action, string? target, int error) => null;
}
