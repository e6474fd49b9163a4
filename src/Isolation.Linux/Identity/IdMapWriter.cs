using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Identity;

/// <summary>Writes the id map of a process in a new user namespace, see user_namespaces(7).</summary>
internal static class IdMapWriter
{
    private static readonly TimeSpan ExecutionPatience = TimeSpan.FromSeconds(1);

    internal static async ValueTask WriteAsync(int processId, ResolvedIdMap map, CancellationToken cancellationToken)
    {
        if (map.NeedsHelpers)
        {
            await RunHelperAsync("newuidmap", processId, map.Users, cancellationToken).ConfigureAwait(false);
            await RunHelperAsync("newgidmap", processId, map.Groups, cancellationToken).ConfigureAwait(false);
            return;
        }

        string directory = string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/");
        if (map.DeniesSetgroups)
        {
            // Otherwise a process could drop a group that is denied access to a file, see CVE-2014-8989.
            WriteFile(directory + "setgroups", "deny"u8);
        }

        Span<byte> text = stackalloc byte[40 * Math.Max(map.Users.Length, map.Groups.Length)];
        WriteFile(directory + "gid_map", text[..Format(map.Groups, text)]);
        WriteFile(directory + "uid_map", text[..Format(map.Users, text)]);
    }

    private static int Format(ImmutableArray<IdRange> ranges, Span<byte> text)
    {
        int length = 0;
        foreach (IdRange range in ranges)
        {
            System.Text.Unicode.Utf8.TryWrite(
                text[length..], CultureInfo.InvariantCulture, $"{range.Inside} {range.Host} {range.Count}\n",
                out int written);
            length += written;
        }

        return length;
    }

    private static void WriteFile(string path, ReadOnlySpan<byte> text)
    {
        int file = (int)SandboxErrors.Check(Open(path), "write the id map", path, StepKind.IdMap);
        long written = Kernel.write(file, text);
        Kernel.close(file);
        SandboxErrors.Check(written, "write the id map", path, StepKind.IdMap);
    }

    /// <summary>
    /// Opens a file of the process. The kernel resumes the application some microseconds before the process has left
    /// the application's memory. If that is hidden, the files of the process belong to the host's root until then, whom
    /// root of a rootless container is not.
    /// </summary>
    private static long Open(string path)
    {
        long start = Stopwatch.GetTimestamp();
        SpinWait wait = default;
        long file;
        while ((file = Kernel.openat(Kernel.AtFdcwd, path, Kernel.OWronly | Kernel.OCloexec)) == -Errno.EACCES
            && ProcessCredentials.Current.UserId == 0 && Stopwatch.GetElapsedTime(start) < ExecutionPatience)
        {
            wait.SpinOnce();
        }

        return file;
    }

    private static async Task RunHelperAsync(
        string helper, int processId, ImmutableArray<IdRange> ranges, CancellationToken cancellationToken)
    {
        ProgramStep step = new("write the id map through", helper, StepKind.IdMap);
        ProcessStartInfo start = new(helper) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(processId.ToString(CultureInfo.InvariantCulture));
        foreach (IdRange range in ranges)
        {
            foreach (uint number in new[] { range.Inside, range.Host, range.Count })
            {
                start.ArgumentList.Add(number.ToString(CultureInfo.InvariantCulture));
            }
        }

        try
        {
            using Process process = Process.Start(start)!;
            string error = await process.StandardError.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw SandboxErrors.Refuse(
                    step, Errno.EPERM, error.Trim(),
                    "The ranges must be the user's own in /etc/subuid and /etc/subgid, and the helper must be "
                        + "set-user-id root or have its file capability.");
            }
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            throw SandboxErrors.Create(
                step, exception.NativeErrorCode, exception.Message,
                "Install the package that contains newuidmap and newgidmap (uidmap on Debian and Ubuntu, shadow-utils "
                    + "on Fedora).");
        }
    }
}
