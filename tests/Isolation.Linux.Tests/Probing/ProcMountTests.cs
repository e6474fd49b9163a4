using Isolation.Linux.Interop;

namespace Isolation.Linux.Tests.Probing;

/// <summary>Tests the reasons why a user namespace cannot mount a new /proc.</summary>
public sealed class ProcMountTests
{
    private const string Root = "24 1 8:1 / / rw,relatime - overlay overlay rw";
    private const string Proc = "25 24 0:22 / /proc rw,nosuid,nodev,noexec - proc proc rw";

    private FakeHost _host;

    [SetUp]
    public void SetUp() => _host = new FakeHost { ProcRefusal = Errno.EPERM, ProcessesOnlyRefusal = Errno.EPERM };

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void Masks_of_a_container_are_named()
    {
        _host.Mounts(
            Root, Proc, "26 25 0:22 /sys /proc/sys ro - proc proc rw", "27 25 0:50 / /proc/kcore rw - tmpfs tmpfs rw",
            "28 25 0:23 / /proc/sys/fs/binfmt_misc rw - autofs systemd-1 rw");

        Expect(
            "/proc is covered at /proc/kcore, /proc/sys, so",
            "Start the container with (Docker) --security-opt systempaths=unconfined; (Podman) --security-opt "
                + "unmask=ALL; (Kubernetes) procMount: Unmasked with hostUsers: false. Or bind");
    }

    [Test]
    public void A_kernel_that_shows_processes_alone_is_told_of()
    {
        _host.ProcessesOnlyRefusal = 0;
        _host.Mounts(Root, Proc, "27 25 0:50 / /proc/kcore rw - tmpfs tmpfs rw");

        Expect("A /proc with processes only can be mounted.", "Use ProcContent.ProcessesOnly.");
    }

    [Test]
    public void A_host_without_proc()
    {
        _host.Mounts(Root);

        Expect("only where the host has it", "mount -t proc proc /proc");
    }

    [Test]
    public void A_host_that_shows_processes_only()
    {
        _host.Mounts(Root, Proc.Replace("proc proc rw", "proc proc rw,subset=pid", StringComparison.Ordinal));

        Expect("restricted (subset=pid)", "remount");
    }

    [Test]
    public void Covers_do_not_matter_where_it_works()
    {
        _host.ProcRefusal = 0;
        _host.Mounts(Root, Proc, "27 25 0:50 / /proc/kcore rw - tmpfs tmpfs rw");

        Assert.That(_host.Support[IsolationFeature.ProcMounts].IsSupported, Is.True);
    }

    private void Expect(string reason, string remedy)
    {
        FeatureSupport support = _host.Support[IsolationFeature.ProcMounts];
        Assert.Multiple(() =>
        {
            Assert.That(support.IsSupported, Is.False);
            Assert.That(support.Detail, Does.Contain(reason));
            Assert.That(support.Remedy, Does.Contain(remedy));
        });
    }
}
