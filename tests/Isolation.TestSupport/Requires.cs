using NUnit.Framework;

namespace Isolation.TestSupport;

/// <summary>
/// Declares the requirements of a test. If the host lacks one, the test is skipped with the reason. The test fails
/// instead if the CI leg promises the requirement in <c>ISOLATION_REQUIRE</c>, because a leg that silently skips its
/// tests proves nothing.
/// </summary>
public static class Requires
{
    /// <summary>Requires that the process is root.</summary>
    public static void Root() => That("root", Environment.IsPrivilegedProcess, "root is needed");

    /// <summary>Requires that the process is an ordinary user.</summary>
    public static void NotRoot() =>
        That("not-root", !Environment.IsPrivilegedProcess, "an ordinary user is needed, not root");

    /// <summary>Requires that the process can create a user namespace.</summary>
    public static void UserNamespaces() =>
        That("userns", Machine.UserNamespaceRefusal is null, Machine.UserNamespaceRefusal);

    /// <summary>
    /// Requires that the process can map a range of ids: as root, or with <c>newuidmap</c> and a range in
    /// <c>/etc/subuid</c>.
    /// </summary>
    public static void SubordinateIds() =>
        That("subids", Machine.SubordinateIdRefusal is null, Machine.SubordinateIdRefusal);

    /// <summary>Requires that the process is an ordinary user without a subordinate range of ids.</summary>
    public static void NoSubordinateIds() =>
        That("no-subids", Machine.SubordinateIdRefusal is not null,
            "an ordinary user without subordinate ids is needed");

    /// <summary>Requires the specified kernel version or newer.</summary>
    public static void Kernel(int major, int minor) =>
        That("kernel", Environment.OSVersion.Version >= new Version(major, minor),
            $"kernel {major}.{minor} is needed, this is {Environment.OSVersion.Version}");

    /// <summary>
    /// Requires an installed program. In the list of the leg, <c>program</c> promises every program and
    /// <c>program:NAME</c> promises one.
    /// </summary>
    public static void Program(string name) =>
        That($"program:{name}", Machine.FindProgram(name) is not null, $"the program {name} is needed");

    /// <summary>Requires cgroups of v2 with the controllers cpu, memory and pids.</summary>
    public static void CgroupV2() => That("cgroup2", Machine.UnifiedGroupRefusal is null, Machine.UnifiedGroupRefusal);

    /// <summary>Requires that systemd manages the host.</summary>
    public static void Systemd() =>
        That("systemd", Directory.Exists("/run/systemd/system"), "systemd is needed as the first process");

    /// <summary>
    /// Requires anything else; <paramref name="name"/> is the word for it in <c>ISOLATION_REQUIRE</c>.
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
