using Isolation.Linux.Interop;

namespace Isolation.Linux.Tests.Probing;

/// <summary>Tests the settings that prevent the creation of namespaces.</summary>
public sealed class NamespaceProbeTests
{
    private FakeHost _host;

    [SetUp]
    public void SetUp() => _host = new FakeHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void AppArmor_of_Ubuntu()
    {
        _host.Write("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");
        _host.Refusals[Namespaces.User] = Errno.EPERM;

        ExpectUser("kernel.apparmor_restrict_unprivileged_userns is 1", "the rule \"userns,\"");
    }

    [Test]
    public void AppArmor_of_Ubuntu_does_not_count_where_the_application_has_a_profile()
    {
        _host.Write("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", "1");

        Assert.That(_host.Support[IsolationFeature.UserNamespaces].IsSupported, Is.True);
    }

    [Test]
    public void The_switch_of_Debian()
    {
        _host.Write("/proc/sys/kernel/unprivileged_userns_clone", "0");

        ExpectUser("kernel.unprivileged_userns_clone is 0", "sysctl -w kernel.unprivileged_userns_clone=1");
    }

    [Test]
    public void The_switch_of_Debian_does_not_count_for_root()
    {
        _host.AsRoot().Write("/proc/sys/kernel/unprivileged_userns_clone", "0");

        Assert.That(_host.Support[IsolationFeature.UserNamespaces].IsSupported, Is.True);
    }

    [Test]
    public void The_switch_of_Debian_counts_for_root_of_a_rootless_container()
    {
        _host.AsRoot().Write("/proc/sys/kernel/unprivileged_userns_clone", "0");
        _host.Write("/proc/self/uid_map", "0 1000 1\n1 100000 65536");

        ExpectUser("kernel.unprivileged_userns_clone is 0", "sysctl -w kernel.unprivileged_userns_clone=1");
    }

    [Test]
    public void A_limit_of_zero()
    {
        _host.Write("/proc/sys/user/max_user_namespaces", "0");

        ExpectUser("user.max_user_namespaces is 0", "sysctl -w user.max_user_namespaces=");
    }

    [Test]
    public void A_limit_that_is_reached()
    {
        _host.Refusals[Namespaces.Network] = Errno.ENOSPC;

        Expect(IsolationFeature.NetworkNamespaces, "user.max_net_namespaces is reached",
            "sysctl -w user.max_net_namespaces=");
    }

    [Test]
    public void A_kernel_without_a_kind()
    {
        _host.Delete("/proc/self/ns/ipc");

        Expect(IsolationFeature.IpcNamespaces, "This kernel has no IPC namespaces.", "CONFIG_IPC_NS");
    }

    [Test]
    public void The_filter_of_a_container()
    {
        _host.AsRoot().Write("/proc/self/status", "Seccomp:\t2");
        _host.Refusals[Namespaces.User] = Errno.ENOSYS;

        ExpectUser(
            "A system-call filter hides the call (ENOSYS)",
            "(Docker) --security-opt seccomp=isolation.json; (Podman) --security-opt seccomp=isolation.json; "
                + "(Kubernetes) seccompProfile: {type: Localhost, localhostProfile: isolation.json}.");
    }

    [Test]
    public void The_filter_of_a_container_with_a_masked_proc_and_a_profile_of_AppArmor()
    {
        _host.AsRoot().Write("/proc/self/status", "Seccomp:\t2");
        _host.Write("/proc/self/attr/current", "docker-default (enforce)");
        _host.Mounts(
            "24 1 0:40 / / rw - overlay overlay rw", "25 24 0:22 / /proc rw,nosuid,nodev,noexec - proc proc rw",
            "26 25 0:50 / /proc/kcore rw - tmpfs tmpfs rw");
        _host.Refusals[Namespaces.User] = Errno.EPERM;

        ExpectUser(
            "A system-call filter refuses the call (EPERM)",
            "(Docker) --security-opt seccomp=isolation.json --security-opt systempaths=unconfined "
                + "--security-opt apparmor=unconfined; (Podman) --security-opt seccomp=isolation.json "
                + "--security-opt unmask=ALL --security-opt apparmor=unconfined; (Kubernetes)");
    }

    [Test]
    public void The_profile_of_a_container()
    {
        _host.Write("/proc/self/attr/current", "docker-default (enforce)");
        _host.Refusals[Namespaces.User] = Errno.EACCES;

        ExpectUser("docker-default (enforce)", "apparmor=unconfined");
    }

    [Test]
    public void A_chroot()
    {
        _host.Mounts("25 24 0:22 / /proc rw - proc proc rw");
        _host.Refusals[Namespaces.User] = Errno.EPERM;

        ExpectUser("chroot", "pivot_root");
    }

    [Test]
    public void Without_user_namespaces_an_ordinary_user_has_no_others()
    {
        _host.Refusals[Namespaces.User] = Errno.EPERM;

        Assert.That(
            _host.Support.Features.Where(support => !support.IsSupported).Select(support => support.Feature),
            Is.SupersetOf(
                new[] { IsolationFeature.MountNamespaces, IsolationFeature.ProcMounts, IsolationFeature.Overlay,
                    IsolationFeature.SubordinateIdMaps }));
    }

    [Test]
    public void Without_user_namespaces_root_has_all_others()
    {
        _host.AsRoot().Refusals[Namespaces.User] = Errno.EPERM;

        Assert.That(
            _host.Support.MissingFeatures.Select(support => support.Feature),
            Is.EqualTo(new[] { IsolationFeature.UserNamespaces }));
    }

    [TestCase("6.1.0", false)]
    [TestCase("6.2.0", true)]
    public void Clock_offsets_need_a_kernel_that_switches_when_a_program_is_executed(string release, bool isSupported)
    {
        _host.Write("/proc/sys/kernel/osrelease", release);

        Assert.That(_host.Support[IsolationFeature.TimeNamespaces].IsSupported, Is.EqualTo(isSupported));
    }

    private void ExpectUser(string reason, string remedy) => Expect(IsolationFeature.UserNamespaces, reason, remedy);

    private void Expect(IsolationFeature feature, string reason, string remedy)
    {
        FeatureSupport support = _host.Support[feature];
        Assert.Multiple(() =>
        {
            Assert.That(support.IsSupported, Is.False);
            Assert.That(support.Detail, Does.Contain(reason));
            Assert.That(support.Remedy, Does.Contain(remedy));
        });
    }
}
