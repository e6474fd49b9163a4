using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Probing;

namespace Isolation.Linux.Tests.Probing;

/// <summary>Tests the reports about various hosts.</summary>
public sealed class HostProbeTests
{
    private FakeHost _host;

    [SetUp]
    public void SetUp() => _host = new FakeHost();

    [TearDown]
    public void TearDown() => _host.Dispose();

    [Test]
    public void Every_feature_is_answered_once() =>
        Assert.That(
            _host.Support.Features.Select(support => support.Feature),
            Is.EquivalentTo(Enum.GetValues<IsolationFeature>()));

    [Test]
    public void A_host_on_which_all_works_is_usable()
    {
        IsolationSupport support = _host.Support;

        Assert.Multiple(() =>
        {
            Assert.That(support.IsUsable, Is.True);
            Assert.That(
                support.Features.Where(feature => !feature.IsSupported).Select(feature => feature.Feature),
                Is.EquivalentTo(
                    new[] { IsolationFeature.AnyIdMaps, IsolationFeature.IdMappedMounts, IsolationFeature.Cgroups }));
            Assert.That(
                support.Features.Where(feature => feature.IsSupported).Select(feature => feature.Remedy), Is.All.Null);
            Assert.That(
                support.Features.Where(feature => !feature.IsSupported).Select(feature => feature.Remedy),
                Is.All.Not.Empty);
        });
    }

    [Test]
    public void A_kind_of_namespace_is_tried_once()
    {
        HostProbe probe = _host.Probe;
        _ = probe.Support;
        int trials = _host.Trials;
        _ = probe.Support;

        Assert.That((trials, _host.Trials), Is.EqualTo((8, 8)));
    }

    [Test]
    public void Elsewhere_than_on_Linux_nothing_is_tried()
    {
        HostProbe probe = new(
            _host.Files, _host.Facts, _host, PlatformProbe.Find(_host.Files, isLinux: false, Architecture.X64));

        Assert.Multiple(() =>
        {
            Assert.That(
                probe.Support.Features.Select(support => support.Feature),
                Is.EquivalentTo(Enum.GetValues<IsolationFeature>()));
            Assert.That(probe.Support.Features.Select(support => support.Detail), Is.All.EqualTo("This is not Linux."));
            Assert.That(_host.Trials, Is.Zero);
        });
    }

    [TestCase("5.12.0", true)]
    [TestCase("5.11.22", false)]
    [TestCase("6.18.44-generic", true)]
    [TestCase("10.0-rc1", true)]
    [TestCase("4.4.0-19041-Microsoft", false)]
    [TestCase("nonsense", false)]
    public void The_kernel_must_be_new_enough(string release, bool isSupported)
    {
        _host.Write("/proc/sys/kernel/osrelease", release);

        FeatureSupport platform = _host.Support[IsolationFeature.Platform];

        Assert.That(
            (platform.IsSupported, platform.Detail.Contains(release, StringComparison.Ordinal)),
            Is.EqualTo((isSupported, true)));
    }

    [Test]
    public void The_processor_must_be_one_that_there_is_code_for()
    {
        FeatureSupport platform = PlatformProbe.Find(_host.Files, isLinux: true, Architecture.RiscV64);

        Assert.That(platform, Has.Property("IsSupported").False.And.Property("Detail").Contains("RiscV64"));
    }

    [Test]
    public void The_first_Windows_subsystem_is_told_about_the_second()
    {
        _host.Write("/proc/sys/kernel/osrelease", "4.4.0-19041-Microsoft");

        Assert.That(_host.Support[IsolationFeature.Platform].Remedy, Does.Contain("WSL 2"));
    }

    [TestCase(0, true, null)]
    [TestCase(Errno.ENODEV, false, "modprobe overlay")]
    public void Overlay_needs_its_module(int refusal, bool isSupported, string? remedy)
    {
        _host.OverlayRefusal = refusal;

        Expect(IsolationFeature.Overlay, isSupported, remedy);
    }

    [Test]
    public void Owners_are_mapped_for_root_where_the_file_system_can()
    {
        _host.AsRoot();
        _host.Write("/tmp/x", "");
        _host.MappedRefusals["/"] = Errno.EINVAL;

        FeatureSupport support = _host.Support[IsolationFeature.IdMappedMounts];

        Assert.That((support.IsSupported, support.Detail), Is.EqualTo((true,
            "Owners can be mapped for /tmp. Refused for / (EINVAL): the file system of the directory must support "
                + "mapping.")));
    }

    [Test]
    public void A_host_that_executes_no_memory_files_is_usable()
    {
        _host.RunsMemoryFiles = false;
        _host.Write("/proc/sys/vm/memfd_noexec", "2");

        Assert.Multiple(() =>
        {
            Expect(IsolationFeature.ExecutableMemoryFiles, false, "sysctl -w vm.memfd_noexec=1");
            Assert.That(_host.Support.IsUsable, Is.True);
        });
    }

    private void Expect(IsolationFeature feature, bool isSupported, string? remedy)
    {
        FeatureSupport support = _host.Support[feature];
        Assert.That(
            (support.IsSupported, support.Remedy?.Contains(remedy ?? "", StringComparison.Ordinal) ?? remedy is null),
            Is.EqualTo((isSupported, true)), support.ToString());
    }
}
