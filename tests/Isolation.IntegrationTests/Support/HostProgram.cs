using System.Diagnostics;

namespace Isolation.IntegrationTests.Support;

/// <summary>Programs that run on the host, beside the library.</summary>
internal static class HostProgram
{
    internal static string Run(string program, params string[] arguments)
    {
        (int exitCode, string output) = TryRun(program, arguments);
        Assert.That(exitCode, Is.Zero, output);
        return output;
    }

    internal static (int ExitCode, string Output) TryRun(string program, params string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
