using System.Globalization;
using System.Text.Json;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Reports;

/// <summary>The report says what the kernel says.</summary>
public sealed class EffectivePolicyTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task It_agrees_with_what_the_kernel_says_of_a_command()
    {
        SandboxSpecification specification = Guest.Specification() with
        {
            Capabilities = CapabilitySets.Of(Capabilities.Kill),
            Landlock = new()
            {
                HandledFileAccess = LandlockFileAccess.None,
                Scopes = LandlockScopes.All,
                ScopeRequirement = Requirement.Prefer,
            },
        };
        await using ISandbox sandbox = await specification.CreateAsync();
        EffectivePolicy policy = sandbox.Report.Policy;

        Dictionary<string, string> status = (await sandbox.OutputAsync("cat /proc/self/status")).Split('\n')
            .Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        string[] users = (await sandbox.OutputAsync("cat /proc/self/uid_map")).Split('\n');
        string mounts = await sandbox.OutputAsync("cat /proc/self/mountinfo");

        Assert.Multiple(() =>
        {
            Assert.That(
                status["CapEff"], Is.EqualTo(
                    ((ulong)policy.Capabilities.Effective).ToString("x16", CultureInfo.InvariantCulture)));
            Assert.That(
                status["CapBnd"], Is.EqualTo(
                    ((ulong)policy.Capabilities.Bounding).ToString("x16", CultureInfo.InvariantCulture)));
            Assert.That(status["NoNewPrivs"], Is.EqualTo("1"));
            Assert.That(policy.NewPrivileges, Is.EqualTo(NewPrivileges.Forbidden));
            Assert.That(status["Seccomp"], Is.EqualTo("2"));
            Assert.That(policy.SystemCalls, Is.Not.Null);
            Assert.That(policy.SystemCalls!.Instructions, Is.InRange(10, 4096));
            Assert.That(users, Has.Length.EqualTo(policy.UserIds.Length));
            Assert.That(policy.Namespaces["time"], Is.EqualTo("host"));
            Assert.That(
                policy.Namespaces.Where(entry => entry.Key != "time").Select(entry => entry.Value),
                Is.All.EqualTo("new"));
            foreach (string mount in policy.Mounts.Where(
                mount => mount.Contains("in memory", StringComparison.Ordinal)))
            {
                Assert.That(mounts, Does.Contain($" {mount[..mount.IndexOf(':', StringComparison.Ordinal)]} "));
            }
        });
    }

    [Test]
    public async Task Namespaces_that_are_the_host_s_are_told_as_such()
    {
        SandboxSpecification specification = Guest.Specification();
        specification = specification with
        {
            Namespaces = specification.Namespaces.With(Namespaces.Network | Namespaces.Uts, NamespaceSource.Host),
            SystemCalls = SystemCallFilter.Off,
        };
        await using ISandbox sandbox = await specification.CreateAsync();

        Assert.Multiple(() =>
        {
            Assert.That(sandbox.Report.Policy.Namespaces["net"], Is.EqualTo("host"));
            Assert.That(sandbox.Report.Policy.SystemCalls, Is.Null);
            Assert.That(sandbox.Report.ToString(), Does.Contain("system calls: no filter"));
        });
    }

    [TestCase(false)]
    [TestCase(true)]
    public async Task A_missing_preferred_feature_is_reported_as_not_in_force_with_the_reason(bool inOneRun)
    {
        SandboxSpecification specification = Guest.Specification(
            new BindMount("/no/such/directory", "/missing") { Requirement = Requirement.Prefer },
            new TemporaryMount("/had") { Requirement = Requirement.Prefer });

        SandboxReport report;
        if (inOneRun)
        {
            report = (await specification.RunAsync("true")).Report!;
        }
        else
        {
            await using ISandbox sandbox = await specification.CreateAsync();
            report = sandbox.Report;
        }

        Assert.Multiple(() =>
        {
            Assert.That(report.Policy.Mounts, Has.None.Contains("/missing"));
            Assert.That(report.Policy.Mounts, Has.Some.StartsWith("/had"));
            Assert.That(report.NotApplied.Select(missing => missing.Feature), Has.One.Contains("/missing"));
            Assert.That(report.ToString(), Does.Contain("not applied:").And.Contain("the source does not exist"));
        });
    }

    [Test]
    public async Task A_run_tells_the_same_as_a_sandbox()
    {
        SandboxSpecification specification = Guest.Specification();
        await using ISandbox sandbox = await specification.CreateAsync();
        SandboxResult inSandbox = await sandbox.RunAsync(Guest.Shell("true"));
        SandboxResult alone = await specification.RunAsync("true");

        Assert.That(alone.Report!.ToJson(), Is.EqualTo(sandbox.Report.ToJson()));
        Assert.That(inSandbox.Report, Is.SameAs(sandbox.Report));
    }

    [Test]
    public async Task It_can_be_serialised()
    {
        SandboxResult result = await Guest.Specification().RunAsync("true");
        using JsonDocument json = JsonDocument.Parse(result.Report!.ToJson());
        JsonElement policy = json.RootElement.GetProperty("policy");

        Assert.Multiple(() =>
        {
            Assert.That(policy.GetProperty("namespaces").GetProperty("pid").GetString(), Is.EqualTo("new"));
            Assert.That(policy.GetProperty("newPrivileges").GetString(), Is.EqualTo("Forbidden"));
            Assert.That(policy.GetProperty("systemCalls").GetProperty("profile").GetString(), Is.EqualTo("Default"));
            Assert.That(policy.GetProperty("userIds").GetArrayLength(), Is.GreaterThan(0));
        });
    }
}
