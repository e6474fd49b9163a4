namespace Isolation.Core.Tests.Presets;

public sealed class SandboxPresetsTests
{
    [Test]
    public void Programs_of_the_host_have_what_they_need()
    {
        SandboxSpecification specification = SandboxPresets.HostPrograms().Build();

        Assert.That(specification.Root, Is.EqualTo(new EmptyRoot()));
        Assert.That(
            specification.Mounts.Select(entry => entry.Target),
            Is.SupersetOf(
                (string[])["/usr", "/bin", "/lib64", "/etc/ld.so.cache", "/etc/passwd", "/proc", "/dev", "/tmp"]));
        Assert.That(specification.MaskedPaths, Is.EqualTo(SandboxPresets.MaskedPaths));
        Assert.That(specification.ReadOnlyPaths, Is.EqualTo(SandboxPresets.ReadOnlyPaths));
    }

    [Test]
    public void Nothing_of_the_host_can_be_written() =>
        Assert.That(
            SandboxPresets.HostPrograms().Build().Mounts.OfType<BindMount>().Select(bind => bind.Access),
            Is.All.EqualTo(MountAccess.ReadOnly));

    [Test]
    public void Only_what_every_host_has_is_required() =>
        Assert.That(
            SandboxPresets.HostPrograms().Build().Mounts.OfType<BindMount>()
                .Where(bind => bind.Requirement == Requirement.Require).Select(bind => bind.Target),
            Is.EqualTo((string[])["/usr"]));

    [Test]
    public void Without_privileges_nothing_is_made_and_only_the_null_device_can_be_written()
    {
        SandboxSpecification specification = SandboxPresets.Unprivileged().Build();

        Assert.Multiple(() =>
        {
            Assert.That(specification.Root, Is.EqualTo(new HostRoot()));
            Assert.That(specification.Namespaces, Is.EqualTo(NamespaceSet.NewOnly(Namespaces.None)));
            Assert.That(specification.User, Is.EqualTo(SandboxUser.SameAsHost));
            Assert.That(specification.SystemCalls, Is.EqualTo(SystemCallFilter.Unprivileged));
            Assert.That(specification.Landlock!.FileRequirement, Is.EqualTo(Requirement.Require));
            Assert.That(
                specification.Landlock.FileRules.Where(rule => (rule.Access & LandlockFileAccess.Write) != 0)
                    .Select(rule => rule.Path),
                Is.EqualTo((string[])["/dev/null"]));
        });
    }

    [Test]
    public void Every_preset_with_mounts_has_Landlock_behind_them() =>
        Assert.That(
            new[] { SandboxPresets.HostPrograms(), SandboxPresets.Judge(), SandboxPresets.PlugIn() }.Select(
                builder => builder.Build().Landlock),
            Is.All.EqualTo(LandlockPolicy.OfMounts));

    [Test]
    public void A_judge_s_sandbox_is_filtered_and_requires_its_limits()
    {
        SandboxSpecification specification = SandboxPresets.Judge().Build();

        Assert.Multiple(() =>
        {
            Assert.That(specification.SystemCalls, Is.EqualTo(SystemCallFilter.Judge));
            Assert.That(specification.Limits, Is.EqualTo(new SandboxLimits
            {
                Memory = 256.MiB(),
                Swap = 0,
                OutOfMemoryKill = OutOfMemoryKill.WholeCommandIfPossible,
                Processes = 64,
                Cpu = 1,
            }));
        });
    }

    [TestCase(nameof(SandboxPresets.Judge), ProcContent.ProcessesOnly)]
    [TestCase(nameof(SandboxPresets.PlugIn), ProcContent.Everything)]
    [TestCase(nameof(SandboxPresets.HostPrograms), ProcContent.Everything)]
    [TestCase(nameof(SandboxPresets.Minimal), ProcContent.Everything)]
    public void Only_the_judge_hides_the_machine_in_proc(string preset, ProcContent content)
    {
        SandboxBuilder builder = (SandboxBuilder)typeof(SandboxPresets).GetMethod(preset)!.Invoke(null, null)!;

        Assert.That(builder.Build().Mounts.OfType<ProcMount>(), Is.EqualTo([new ProcMount { Content = content }]));
    }

    [Test]
    public void A_plug_in_s_sandbox_is_filtered_and_requires_its_limits()
    {
        SandboxSpecification specification = SandboxPresets.PlugIn().Build();

        Assert.Multiple(() =>
        {
            Assert.That(specification.SystemCalls, Is.EqualTo(SystemCallFilter.DotNet));
            Assert.That(
                specification.Limits, Is.EqualTo(
                    new SandboxLimits { Memory = 512.MiB(), Processes = 256 }));
        });
    }

    [Test]
    public void Each_call_gives_a_builder_to_go_on_with()
    {
        SandboxPresets.HostPrograms().Build();

        SandboxSpecification more = SandboxPresets.HostPrograms().AddToRoot(
            root => root.Bind("/srv/task", "/task")).Build();

        Assert.That(more.Mounts[^1], Is.EqualTo(new BindMount("/srv/task", "/task")));
    }
}
