using System.Diagnostics;

namespace Isolation;

/// <summary>
/// Provides the name of the activity source and the meter. For all activities and instruments, see docs/telemetry.md.
/// </summary>
public static class IsolationTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "Isolation";

    internal static ActivitySource Activities { get; } = new(Name);
}
