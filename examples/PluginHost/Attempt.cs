namespace PluginHost;

/// <summary>Represents an attack that the hostile plug-in attempts.</summary>
/// <param name="Name">The name of the attempt in the plug-in.</param>
/// <param name="Title">The description.</param>
/// <param name="Expectation">The expected result.</param>
internal sealed record Attempt(string Name, string Title, Expectation Expectation)
{
    /// <summary>Gets the time limit of the call, or null for the default.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>Gets a check on the host that must succeed afterwards, regardless of the plug-in's answer.</summary>
    public Func<bool> IsUnharmed { get; init; } = static () => true;
}
