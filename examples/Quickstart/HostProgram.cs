using System.Diagnostics;

namespace Quickstart;

/// <summary>Runs programs on this machine without a sandbox.</summary>
internal static class HostProgram
{
    private static readonly string[] Directories = ["/usr/local/bin", "/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    public static bool IsInstalled(string name) => Find(name) is not null;

    /// <summary>Returns the path of a program in the directories that the sandbox also has, or null.</summary>
    public static string? Find(string name) =>
        Directories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists);

    /// <summary>Runs a program and returns its standard output, followed by its standard error.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return output + await error;
    }

    public static Process Start(string program, params string[] arguments) =>
        Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
}
