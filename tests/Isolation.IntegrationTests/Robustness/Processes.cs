using System.Globalization;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Other processes of the host, as /proc shows them.</summary>
internal static class Processes
{
    /// <summary>So long that only something that hangs takes longer.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    internal static int[] Children(int process)
    {
        List<int> children = [];
        foreach (string thread in Threads(process))
        {
            children.AddRange(Read($"{thread}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(child => int.Parse(child, CultureInfo.InvariantCulture)));
        }

        return [.. children];
    }

    internal static int[] Descendants(int process) =>
        [.. Children(process).SelectMany(child => (int[])[child, .. Descendants(child)])];

    /// <summary>Reads a file; the result is empty if the process has ended.</summary>
    internal static string Read(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A namespace of a process, such as <c>pid:[4026531836]</c>; null if it has none any more.</summary>
    internal static string? Namespace(int process, string kind)
    {
        try
        {
            return new FileInfo($"/proc/{process}/ns/{kind}").LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// Every process that is in a namespace. One that has ended and was not yet waited for is in none that it could do
    /// anything in.
    /// </summary>
    internal static int[] InNamespace(string kind, string name) =>
        [.. Directory.GetDirectories("/proc").Select(Path.GetFileName)
            .Where(directory => int.TryParse(directory, CultureInfo.InvariantCulture, out _))
            .Select(directory => int.Parse(directory!, CultureInfo.InvariantCulture))
            .Where(process => Namespace(process, kind) == name && !HasExited(process))];

    internal static bool HasExited(int process)
    {
        string stat = Read($"/proc/{process}/stat");
        return stat.Length == 0 || stat[stat.LastIndexOf(')')..].StartsWith(") Z", StringComparison.Ordinal);
    }

    /// <summary>A descriptor that stands for a process, or -1 if it has ended.</summary>
    internal static int Open(int process) => (int)Math.Max(-1, Kernel.pidfd_open(process));

    /// <summary>Waits until a process has ended, and closes its descriptor.</summary>
    internal static bool HasEnded(int pidfd)
    {
        if (pidfd < 0)
        {
            return true;
        }

        long ready;
        do
        {
            // The children of this process that end or stop interrupt the wait.
            ready = Kernel.poll(pidfd, (long)Patience.TotalNanoseconds);
        }
        while (ready == -Errno.EINTR);

        Kernel.close(pidfd);
        return ready > 0;
    }

    private static string[] Threads(int process)
    {
        try
        {
            return Directory.GetDirectories($"/proc/{process}/task");
        }
        catch (IOException)
        {
            return [];
        }
    }
}
