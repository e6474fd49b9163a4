using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Limits;

/// <summary>The presets for strangers have their limits, or do not run.</summary>
public sealed class PresetLimitTests
{
    /// <summary>Starts 100 processes at once and prints how many could start.</summary>
    private const string Fork = """
        import os, time
        started = 0
        for _ in range(100):
            try:
                if os.fork() == 0:
                    time.sleep(60)
                    os._exit(0)
                started += 1
            except OSError:
                break
        print(started, flush=True)
        """;

    [Test]
    public async Task Another_memory_limit_keeps_the_process_limit_of_the_preset()
    {
        Groups.Require();
        SandboxCommand command = Guest.Python(Fork);

        string unlimited = await StartedAsync(SandboxPresets.Judge().WithoutLimits(), command);
        string refined = await StartedAsync(
            SandboxPresets.Judge().WithLimits(limits => limits.Memory(128.MiB())), command);

        Assert.That(unlimited, Is.EqualTo("100"), "the attack works");
        Assert.That(int.Parse(refined, null), Is.InRange(50, 63));
    }

    [TestCase("Judge")]
    [TestCase("PlugIn")]
    public async Task Without_cgroups_no_stranger_runs_unless_the_application_says_so(string preset)
    {
        Requires.UserNamespaces();
        Requires.That("no-cgroups", !Groups.AreUsable, "a host without usable cgroups is needed");
        SandboxBuilder builder = preset == "Judge" ? SandboxPresets.Judge() : SandboxPresets.PlugIn();
        SandboxSpecification required = builder.Build();
        SandboxSpecification preferred = new SandboxBuilder(required).BestEffort().Build();

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => Guest.Provider.RunAsync(required, new SandboxCommand("true"))))!;
        SandboxReport report = (await Guest.Provider.RunAsync(preferred, new SandboxCommand("true"))).Report!;

        Assert.That(refusal.Message, Does.Contain("set the limit"));
        Assert.That(refusal.Remedy, Is.Not.Empty);
        Assert.That(report.HasNoLimits, Is.True);
        Assert.That(report.ToString(), Does.StartWith("no limits are in force"));
        Assert.That(report.Policy.Limits, Is.Empty);
    }

    [Test]
    public async Task A_group_that_cannot_be_created_leaves_no_limit_in_the_report()
    {
        Groups.Require();
        // The parent disappears after planning: the plan names limits that are not in force.
        SandboxSpecification specification = SandboxPresets.Judge()
            .WithLimits(limits => limits.UnderCgroup("/isolation-absent-parent").BestEffort()).Build();

        SandboxReport report = (await Guest.Provider.RunAsync(specification, new SandboxCommand("true"))).Report!;

        Assert.That(report.NotApplied.Where(missing => missing.IsLimit), Is.Not.Empty);
        Assert.That(report.HasNoLimits, Is.True);
    }

    private static async Task<string> StartedAsync(SandboxBuilder builder, SandboxCommand command) =>
        (await Guest.Provider.RunAsync(builder.Build(), command)).StandardOutput.Text.Trim();
}
