using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Limits of devices fail for an ordinary user on any version, with a reason.</summary>
[Category("CgroupV2")]
public sealed class UnprivilegedDeviceLimitTests
{
    [SetUp]
    public void NeedAnOrdinaryUser()
    {
        Requires.NotRoot();
        Requires.UserNamespaces();
    }

    [Test]
    public async Task The_limit_is_refused_with_what_to_do()
    {
        SandboxException refusal = await Groups.Limited(new() { Devices = DefaultDevices.Rules }).RefusalAsync();

        Assert.That(refusal.Message, Does.Contain("Devices").Or.Contain("device program"));
        Assert.That(refusal.Remedy, Does.Contain("root"));
    }

    [Test]
    public async Task A_preferred_device_limit_is_reported()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Devices = [], Requirement = Requirement.Prefer })
            .CreateAsync();

        Assert.That(
            sandbox.Report.NotApplied.Select(missing => missing.Feature),
            Is.EqualTo(new[] { "set the limit Devices" }));
        Assert.That(await sandbox.OutputAsync("echo up >/dev/null; echo up"), Is.EqualTo("up"));
    }
}
