using System.Diagnostics;

namespace Isolation.TestSupport;

/// <summary>Detects the capabilities of the test machine without the library under test.</summary>
public static class Machine
{
    private static readonly Lazy<string?> UserNamespaces = new(TryUserNamespace);
    private static readonly Lazy<string?> SubordinateIds = new(FindSubordinateIds);
    private static readonly Lazy<string?> UnifiedGroups = new(UnifiedHierarchy.FindRefusal);

    /// <summary>Gets the reason why user namespaces are not available, or null.</summary>
    public static string? UserNamespaceRefusal => UserNamespaces.Value;

    /// <summary>Gets the reason why a range of ids cannot be mapped, or null.</summary>
    public static string? SubordinateIdRefusal => SubordinateIds.Value;

    /// <summary>Gets the reason why cgroups of v2 with limits are not available, or null.</summary>
    public static string? UnifiedGroupRefusal => UnifiedGroups.Value;

    /// <summary>
    /// Returns the path of an installed program, or null. Also searches the directories for administrators.
    /// </summary>
    public static string? FindProgram(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
    }

    // Tries to create a namespace, because there are several ways to forbid it (sysctls, AppArmor, a container's
    // filter).
    private static string? TryUserNamespace()
    {
        string? unshare = FindProgram("unshare");
        if (unshare is null)
        {
            return "user namespaces cannot be tried: the program unshare is not installed";
        }

        ProcessStartInfo start = new(unshare, ["--user", "--map-root-user", "true"]) { RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? null : $"user namespaces are refused: {error.Trim()}";
    }

    private static string? FindSubordinateIds()
    {
        if (Environment.IsPrivilegedProcess)
        {
            return null;
        }

        foreach (string program in (string[])["newuidmap", "newgidmap"])
        {
            if (FindProgram(program) is null)
            {
                return $"subordinate ids need the program {program}";
            }
        }

        string user = Environment.UserName;
        string? id = ReadUserId(user);
        foreach (string file in (string[])["/etc/subuid", "/etc/subgid"])
        {
            bool listed = File.Exists(file) && File.ReadLines(file)
                .Select(line => line.Split(':')[0])
                .Any(owner => owner == user || owner == id);
            if (!listed)
            {
                return $"{file} gives {user} no subordinate ids";
            }
        }

        return null;
    }

    private static string? ReadUserId(string user) =>
        File.ReadLines("/etc/passwd")
            .Select(line => line.Split(':'))
            .Where(fields => fields.Length > 2 && fields[0] == user)
            .Select(fields => fields[2])
            .FirstOrDefault();
}
