using System.Diagnostics;

namespace Isolation.TestSupport;

/// <summary>What the machine that the tests run on can do, found without the library under test.</summary>
public static class Machine
{
    private static readonly Lazy<string?> UserNamespaces = new(TryUserNamespace);
    private static readonly Lazy<string?> SubordinateIds = new(FindSubordinateIds);
    private static readonly Lazy<string?> UnifiedGroups = new(UnifiedHierarchy.FindRefusal);

    /// <summary>Why no user namespace can be made, or null.</summary>
    public static string? UserNamespaceRefusal => UserNamespaces.Value;

    /// <summary>Why no range of ids can be mapped, or null.</summary>
    public static string? SubordinateIdRefusal => SubordinateIds.Value;

    /// <summary>Why no group of cgroup v2 with limits in it can be made, or null.</summary>
    public static string? UnifiedGroupRefusal => UnifiedGroups.Value;

    /// <summary>
    /// The path of an installed program, or null. Looks into the directories of administrators as well.
    /// </summary>
    public static string? FindProgram(string name)
    {
        string path = Environment.GetEnvironmentVariable("PATH") + ":/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin";
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.Combine(directory, name))
            .FirstOrDefault(File.Exists);
    }

    // Tried rather than read off: a distribution can refuse it in half a dozen ways (sysctls, AppArmor, a container's
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
