using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>Runs commands with a handler for their system calls.</summary>
internal static class Supervised
{
    internal static SystemCallFilter Asking(params string[] names) =>
        new() { Rules = [new([.. names], SystemCallAction.Notify)] };

    internal static Task<SandboxResult> RunAsync(SystemCallFilter filter, SystemCallHandler handler, string script) =>
        RunAsync(filter, new SystemCallSupervision { Handler = handler }, script);

    internal static Task<SandboxResult> RunAsync(
        SystemCallFilter filter, SystemCallSupervision supervision, string script) => Guest.Provider.RunAsync(
        Guest.Specification(), Guest.Shell(script) with { SystemCalls = filter, SystemCallSupervision = supervision });
}
