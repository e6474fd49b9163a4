using System.Diagnostics;

namespace Isolation;

/// <summary>
/// The name under which activities and instruments are found; see docs/telemetry.md for the whole list.
/// </summary>
public static class IsolationTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Isolation";

    internal static ActivitySource Activities { get; } = new(Name);
}
