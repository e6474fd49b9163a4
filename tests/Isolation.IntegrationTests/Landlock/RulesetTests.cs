using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Landlock;

/// <summary>Creation and lifetime of rulesets.</summary>
public sealed class RulesetTests
{
    private static LandlockPolicy Policy(params LandlockFileRule[] rules) =>
        new() { FileRules = [.. Restricted.Programs, .. rules] };

    [Test]
    public async Task A_path_that_is_missing_is_an_error_that_names_it()
    {
        Restricted.Require(1);

        SandboxException refusal = await Restricted.Mounted(
            Policy(new LandlockFileRule("/missing/place", LandlockFileAccess.Read))).RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Message, Does.Contain("/missing/place").And.Contain("Landlock"));
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(refusal.Remedy, Does.Contain("AllowIfPresent"));
        });
    }

    [TestCase("/missing/place")]
    [TestCase("/bin/sh/place")]
    public async Task A_path_that_may_be_missing_is_passed_over(string path)
    {
        Restricted.Require(1);
        LandlockFileRule rule = new(path, LandlockFileAccess.Read) { Requirement = Requirement.Prefer };

        Assert.That(await Restricted.Mounted(Policy(rule)).OutputAsync("echo there"), Is.EqualTo("there"));
    }

    [Test]
    public async Task Rights_of_directories_on_a_file_are_left_out_and_alone_are_an_error()
    {
        Restricted.Require(1);
        LandlockPolicy mixed = Policy(new LandlockFileRule("/etc/x", LandlockFileAccess.ReadWrite));
        LandlockPolicy wrong = Policy(new LandlockFileRule("/etc/x", LandlockFileAccess.MakeFifo));
        FileEntry file = new("/etc/x", "text\n"u8.ToArray()) { Mode = (UnixFileMode)0b110_100_100 };

        string content = await Restricted.Mounted(mixed, file).OutputAsync("read line </etc/x; echo $line");
        SandboxException refusal = await Restricted.Mounted(wrong, file).RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(content, Is.EqualTo("text"));
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOTDIR"));
            Assert.That(refusal.Remedy, Does.Contain("only directories have"));
        });
    }

    [Test]
    public async Task All_commands_of_a_sandbox_are_restricted_and_none_holds_the_ruleset()
    {
        Restricted.Require(1);
        await using ISandbox sandbox = await Restricted.Mounted(
            Policy(new LandlockFileRule("/proc", LandlockFileAccess.Read))).CreateAsync();

        for (int run = 0; run < 3; run++)
        {
            Assert.Multiple(() =>
            {
                Assert.That(
                    async () => await sandbox.OutputAsync("ls /tmp 2>/dev/null || echo denied"), Is.EqualTo("denied"));
                Assert.That(
                    async () => await sandbox.OutputAsync("ls /proc/self/fd | tr '\\n' ' '"), Is.EqualTo("0 1 2 3 "));
            });
        }
    }

    [Test]
    public async Task A_command_cannot_change_what_a_rule_is_for()
    {
        Restricted.Require(1);
        using HostDirectory secret = new(), work = new();
        secret.Write("secret", "told");
        work.Directory("out");
        await using ISandbox sandbox = await Restricted.Alone(Policy(
            new LandlockFileRule(work.Path, LandlockFileAccess.ReadWrite),
            new LandlockFileRule(work.At("out"), LandlockFileAccess.Read))).CreateAsync();

        await sandbox.OutputAsync("rmdir $1/out && ln -s $2 $1/out", work.Path, secret.Path);
        SandboxResult second = await sandbox.RunAsync(Guest.Shell("cat $1/out/secret", work.Path));

        Assert.Multiple(() =>
        {
            Assert.That(second.StandardError.Text, Does.Contain("Permission denied"));
            Assert.That(second.StandardOutput.Text, Is.Empty);
        });
    }

    [Test]
    public async Task The_report_names_what_was_enforced()
    {
        Restricted.Require(1);
        await using ISandbox sandbox = await Restricted.Mounted(Policy()).CreateAsync();

        Assert.That(
            sandbox.Report.Applied, Has.Some.StartsWith("make a Landlock ruleset (ABI ").And.Some.EqualTo(
                "allow ReadExecute with Landlock on /usr"));
    }

    /// <summary>
    /// Also on the older kernel of the leg that has one: whatever it can do of Landlock, what is said holds.
    /// </summary>
    [Test]
    [Category("OlderKernel")]
    public async Task Preferred_rules_are_enforced_as_far_as_the_kernel_supports_them()
    {
        Requires.UserNamespaces();
        FeatureSupport support = Guest.Provider.Support[IsolationFeature.Landlock];
        LandlockPolicy policy = Policy() with
        {
            FileRequirement = Requirement.Prefer,
            HandledPortAccess = LandlockPortAccess.Tcp,
            PortRequirement = Requirement.Prefer,
            Scopes = LandlockScopes.All,
            ScopeRequirement = Requirement.Prefer,
        };
        await using ISandbox sandbox = await Restricted.Mounted(policy).CreateAsync();

        SandboxResult result = await sandbox.RunAsync(Guest.Shell("ls /tmp"));

        TestContext.Out.WriteLine($"{support.Detail} {string.Join(' ', sandbox.Report.NotApplied)}");
        Assert.Multiple(() =>
        {
            Assert.That(result.IsSuccess, Is.Not.EqualTo(support.IsSupported), result.StandardError.Text);
            Assert.That(
                sandbox.Report.NotApplied.Any(missing => missing.Feature == "restrict files with Landlock"),
                Is.Not.EqualTo(support.IsSupported));
        });
        if (!support.IsSupported)
        {
            SandboxException refusal = await Restricted.Mounted(new LandlockPolicy()).RefusalAsync();
            Assert.That(refusal.Remedy, Is.EqualTo(support.Remedy));
        }
    }
}
