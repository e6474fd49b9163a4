using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Quickstart;

/// <summary>Represents this program when it runs in a sandbox.</summary>
internal static class InsideProgram
{
    public static int Run()
    {
        Console.WriteLine(
            $"{RuntimeInformation.FrameworkDescription} on {Environment.MachineName} as {Environment.UserName}, "
            + $"process {Environment.ProcessId} of {Process.GetProcesses().Length}");
        return 0;
    }
}
