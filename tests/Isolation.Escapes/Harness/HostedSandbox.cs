using System.Diagnostics;

namespace Isolation.Escapes.Harness;

/// <summary>Runs a separate application with one sandbox, which an attack kills.</summary>
internal static class HostedSandbox
{
    internal const string Verb = "--host";

    /// <summary>
    /// Gets the command that starts such an application. The application passes on the payload's reports.
    /// </summary>
    internal static ProcessStartInfo Start(Tier tier, string directory, string program)
    {
        string assembly = typeof(HostedSandbox).Assembly.Location;
        return new ProcessStartInfo(
            Environment.ProcessPath!.EndsWith("dotnet", StringComparison.Ordinal) ? Environment.ProcessPath : "dotnet",
            [assembly, Verb, tier.Name, directory, program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
    }

    internal static async Task RunAsync(string tier, string directory, string program)
    {
        Tier played = Tiers.All.Single(known => known.Name == tier);
        await using ISandbox sandbox = await played.Show(played.Start(), directory).CreateAsync(Ground.Provider)
            .ConfigureAwait(false);
        await sandbox.RunAsync(new SandboxCommand(program) { StandardOutput = OutputTarget.Inherit })
            .ConfigureAwait(false);
    }
}
