using NUnit.Framework;

namespace Isolation.TestSupport;

/// <summary>
/// What a test needs of the host. Where the host lacks it the test is skipped with the reason, or fails where the leg
/// of CI says (in <c>ISOLATION_REQUIRE</c>) that it provides it: a leg that silently skips what it is for proves
/// nothing.
/// </summary>
public static class Requires
{
    /// <summary>The process is root.</summary>
    public static void Root() => That("root", Environment.IsPrivilegedProcess, "root is needed");

    /// <summary>The process is an ordinary user.</summary>
    public static void NotRoot() =>
        That("not-root", !Environment.IsPrivilegedProcess, "an ordinary user is needed, not root");

    /// <summary>The process may make a user namespace.</summary>
    public static void UserNamespaces() =>
        That("userns", Machine.UserNamespaceRefusal is null, Machine.UserNamespaceRefusal);

    /// <summary>
    /// The process may map a range of ids: as root, or through <c>newuidmap</c> and a range in <c>/etc/subuid</c>.
    /// </summary>
    public static void SubordinateIds() =>
        That("subids", Machine.SubordinateIdRefusal is null, Machine.SubordinateIdRefusal);

    /// <summary>The process is an ordinary user without a subordinate range of ids.</summary>
    public static void NoSubordinateIds() =>
        That("no-subids", Machine.SubordinateIdRefusal is not null,
            "an ordinary user without subordinate ids is needed");

    /// <summary>The running kernel is this version or newer.</summary>
    public static void Kernel(int major, int minor) =>
        That("kernel", Environment.OSVersion.Version >= new Version(major, minor),
            $"kernel {major}.{minor} is needed, this is {Environment.OSVersion.Version}");

    /// <summary>
    /// The program is installed. <c>program</c> in the leg's list stands for every program, <c>program:NAME</c> for
    /// one.
    /// </summary>
    public static void Program(string name) =>
        That($"program:{name}", Machine.FindProgram(name) is not null, $"the program {name} is needed");

    /// <summary>The process can have groups of cgroup v2 with the controllers cpu, memory and pids.</summary>
    public static void CgroupV2() => That("cgroup2", Machine.UnifiedGroupRefusal is null, Machine.UnifiedGroupRefusal);

    /// <summary>systemd manages the host.</summary>
    public static void Systemd() =>
        That("systemd", Directory.Exists("/run/systemd/system"), "systemd is needed as the first process");

    /// <summary>
    /// Anything else: <paramref name="name"/> is the word that a leg puts into <c>ISOLATION_REQUIRE</c>.
    /// </summary>
    public static void That(string name, bool available, string? reason)
    {
        string? legs = Environment.GetEnvironmentVariable("ISOLATION_REQUIRE");
        switch (RequirementRule.Decide(name, available, legs))
        {
            case RequirementVerdict.Skip:
                Assert.Ignore(reason ?? name);
                break;
            case RequirementVerdict.Fail:
                Assert.Fail($"This leg promises '{name}' (ISOLATION_REQUIRE={legs}): {reason ?? name}");
                break;
            default:
                break;
        }
    }
}
