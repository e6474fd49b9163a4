namespace Isolation;

/// <summary>Converts a failure to dimensions of a metric, which have few values.</summary>
internal static class FailureStage
{
    public static string Of(Exception exception) => exception switch
    {
        SandboxException { Operation: { } operation } => operation,
        SandboxSpecificationException => "validate",
        PlatformNotSupportedException => "platform",
        _ => "other",
    };

    public static string TypeOf(Exception exception) =>
        (exception as SandboxException)?.ErrorName ?? exception.GetType().Name;
}
