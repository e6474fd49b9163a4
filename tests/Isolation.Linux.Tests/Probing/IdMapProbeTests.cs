namespace Isolation.Linux.Tests.Probing;

/// <summary>The IDs that can be mapped.</summary>
public sealed class IdMapProbeTests
{
    private FakeHost _host;

    [SetUp]
    public void SetUp() => _host = new FakeHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void A_user_has_its_ranges() =>
        Assert.That(
            Subordinate().Detail, Is.EqualTo("65536 user ids of /etc/subuid and 65536 group ids of /etc/subgid."));

    [Test]
    public void Ranges_by_number_count()
    {
        _host.Write("/etc/subuid", "1500:100000:1000\n1500:200000:24");

        Assert.That(Subordinate().Detail, Does.StartWith("1024 user ids"));
    }

    [TestCase("/etc/subuid")]
    [TestCase("/etc/subgid")]
    public void Both_files_must_have_one(string file)
    {
        _host.Write(file, "somebody:100000:65536");

        Expect($"{file} has no range for user ada.", "usermod --add-subuids");
    }

    [Test]
    public void A_user_without_a_name_is_told_its_number()
    {
        _host.Write("/etc/passwd", "root:x:0:0::/root:/bin/sh");

        Expect("/etc/subuid has no range for user 1500.", "\"1500:100000:65536\"");
    }

    [TestCase("newuidmap")]
    [TestCase("newgidmap")]
    public void The_helpers_must_have_their_rights(string helper)
    {
        _host.Install(helper, setUserId: false);

        Expect($"{helper} is neither set-user-id root", "chmod u+s ");
    }

    [Test]
    public void Nothing_helps_a_process_that_may_gain_no_privileges()
    {
        _host.Write("/proc/self/status", "NoNewPrivs:\t1");

        Expect("no_new_privs", "NoNewPrivileges=no");
    }

    [Test]
    public void Helpers_on_a_mount_without_set_user_id_get_no_rights()
    {
        _host.Mounts("24 1 8:1 / / rw - ext4 /dev/sda1 rw", "26 24 8:2 / /usr rw,nosuid - ext4 /dev/sda2 rw");

        Expect("nosuid (/usr)", "mount -o remount,suid /usr");
    }

    [Test]
    public void Root_needs_no_helpers()
    {
        _host.AsRoot().Write("/etc/subuid", "root:100000:65536");
        _host.Write("/etc/subgid", "root:100000:65536");
        _host.Delete("/usr/bin/newuidmap");

        Assert.That(Subordinate().IsSupported, Is.True);
    }

    [Test]
    public void Root_maps_any_ids_that_it_has()
    {
        _host.AsRoot().Write("/proc/self/uid_map", "0 1000 1\n1 100000 65536");

        Assert.That(_host.Support[IsolationFeature.AnyIdMaps].Detail, Does.Contain("65537"));
    }

    private FeatureSupport Subordinate() => _host.Support[IsolationFeature.SubordinateIdMaps];

    private void Expect(string reason, string remedy)
    {
        FeatureSupport support = Subordinate();
        Assert.Multiple(() =>
        {
            Assert.That(support.IsSupported, Is.False);
            Assert.That(support.Detail, Does.Contain(reason));
            Assert.That(support.Remedy, Does.Contain(remedy));
        });
    }
}
