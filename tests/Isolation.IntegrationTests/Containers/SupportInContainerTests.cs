using static Isolation.IntegrationTests.Containers.FilteredHost;

namespace Isolation.IntegrationTests.Containers;

/// <summary>The support that is reported under the restrictions of a container, compared with a real sandbox.</summary>
public sealed class SupportInContainerTests
{
    private const string Profile = "--security-opt seccomp=isolation.json";

    private static readonly string[] RefusedByDocker =
    [
        "unshare", "mount", "umount2", "pivot_root", "setns", "sethostname", "setdomainname", "fsopen", "fsconfig",
        "fsmount", "move_mount", "open_tree", "mount_setattr", "keyctl", "bpf", "perf_event_open", "kcmp",
        "pidfd_getfd",
    ];

    /// <summary>Covers parts of /proc, as container engines do, in a mount namespace of its own.</summary>
    private static readonly string[] Masked =
    [
        "unshare", "--user", "--map-root-user", "--mount", "--pid", "--fork", "--mount-proc", "/bin/sh", "-c",
        "mount -t tmpfs none /proc/irq && exec \"$@\"", "sh",
    ];

    [SetUp]
    public void NeedNamespaces()
    {
        Requires.UserNamespaces();
        Requires.Program("unshare");
    }

    [TestCase("sethostname", "UtsNamespaces")]
    [TestCase("pivot_root", "MountNamespaces")]
    [TestCase("umount2", "MountNamespaces")]
    [TestCase("fsopen", "MountNamespaces")]
    [TestCase("move_mount", "MountNamespaces")]
    public async Task A_refused_call_is_named_with_the_feature_that_needs_it(string call, string feature)
    {
        string[] report = await RunAsync([(call, EPERM, 0)], [], "support");

        string line = report.First(line => line.StartsWith($"{feature}: ", StringComparison.Ordinal));
        Assert.That(line, Does.Contain($"refuses {call} (EPERM)").And.Contain(Profile));
        Assert.That(report, Has.None.StartsWith("UserNamespaces: "), "they can be created");
        AssertIsRefused(report);
        Assert.That(report, Has.Some.StartsWith("create host-programs Cannot ").And.Contain(Profile));
    }

    [Test]
    public async Task The_filter_of_Docker_leaves_the_unprivileged_tier()
    {
        Landlock.Restricted.Require(6);
        (string, int, uint)[] partly = [("clone3", ENOSYS, 0), ("clone", EPERM, NewNamespaces)];

        string[] report = await RunAsync(
            [.. partly, .. RefusedByDocker.Select(call => (call, EPERM, 0u))], [], "support");

        Assert.That(report, Has.Some.StartsWith("UserNamespaces: ").And.Contain(Profile));
        AssertIsRefused(report);
        Assert.That(report, Does.Contain("check unprivileged True"));
        Assert.That(report, Does.Contain("create unprivileged runs"));
    }

    [Test]
    public async Task A_masked_proc_is_named_and_needs_one_flag()
    {
        string[] report = await HostProgramBelow(Masked);

        string line = report.First(line => line.StartsWith("ProcMounts: ", StringComparison.Ordinal));
        Assert.That(
            line, Does.Contain("/proc/irq").And.Contain("systempaths=unconfined").And.Contain("unmask=ALL")
                .And.Contain("procMount: Unmasked").And.Not.Contain("seccomp"));
        AssertIsRefused(report);
    }

    [Test]
    public async Task A_filter_and_a_masked_proc_are_told_together()
    {
        string[] report = await RunAsync([("sethostname", EPERM, 0)], Masked, "support");

        string line = report.First(line => line.StartsWith("UtsNamespaces: ", StringComparison.Ordinal));
        Assert.That(line, Does.Contain($"{Profile} --security-opt systempaths=unconfined"));
        Assert.That(line, Does.Contain($"{Profile} --security-opt unmask=ALL"));
        AssertIsRefused(report);
    }

    [Test]
    public async Task A_host_without_restrictions_supports_the_presets()
    {
        string[] report = await HostProgramBelow([]);

        Assert.That(report, Does.Contain("check host-programs True").And.Contain("create host-programs runs"));
        Assert.That(report, Has.None.StartsWith("missing "));
    }

    private static Task<string[]> HostProgramBelow(string[] below) =>
        Robustness.HostProgram.RunBelowAsync(below, "support");

    private static void AssertIsRefused(string[] report)
    {
        Assert.That(report, Does.Contain("check host-programs False"));
        Assert.That(report, Has.Some.StartsWith("create host-programs Cannot "));
        Assert.That(report, Has.Some.StartsWith("missing "));
    }
}
