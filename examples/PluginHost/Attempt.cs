namespace PluginHost;

/// <summary>What the hostile plug-in is made to try.</summary>
/// <param name="Name">What the plug-in calls it.</param>
/// <param name="Title">What it is, for people.</param>
/// <param name="Expectation">What must come of it.</param>
internal sealed record Attempt(string Name, string Title, Expectation Expectation)
{
    /// <summary>How long the call may take.</summary>
    public TimeSpan? Deadline { get; init; }

    /// <summary>What else the host must find afterwards, whatever the plug-in says.</summary>
    public Func<bool> IsUnharmed { get; init; } = static () => true;
}
