using Isolation.Linux.Host;
using Isolation.Linux.Landlock;

namespace Isolation.Linux.Tests.Landlock;

/// <summary>The enforceable part of a policy on kernels of each level.</summary>
public sealed class LandlockPlanTests
{
    private static readonly LandlockPolicy Everything = new()
    {
        HandledFileAccess = LandlockFileAccess.All,
        FileRequirement = Requirement.Prefer,
        HandledPortAccess = LandlockPortAccess.Tcp,
        PortRequirement = Requirement.Prefer,
        Scopes = LandlockScopes.All,
        ScopeRequirement = Requirement.Prefer,
        Logging = LandlockLogging.NewExecutionOn,
        LoggingRequirement = Requirement.Prefer,
    };

    [TestCase(1, 0x1FFF, false, false, false)]
    [TestCase(2, 0x3FFF, false, false, false)]
    [TestCase(3, 0x7FFF, false, false, false)]
    [TestCase(4, 0x7FFF, true, false, false)]
    [TestCase(5, 0xFFFF, true, false, false)]
    [TestCase(6, 0xFFFF, true, true, false)]
    [TestCase(7, 0xFFFF, true, true, true)]
    [TestCase(8, 0xFFFF, true, true, true)]
    [TestCase(99, 0xFFFF, true, true, true)]
    public void Each_level_has_its_rights(int abi, int files, bool ports, bool scopes, bool logging)
    {
        LandlockPlan plan = LandlockPlan.Make(Everything, new LandlockSupport(abi, 0));

        Assert.Multiple(() =>
        {
            Assert.That((int)plan.Files, Is.EqualTo(files));
            Assert.That(plan.Ports, Is.EqualTo(ports ? LandlockPortAccess.Tcp : LandlockPortAccess.None));
            Assert.That(plan.Scopes, Is.EqualTo(scopes ? LandlockScopes.All : LandlockScopes.None));
            Assert.That(plan.Logging, Is.EqualTo(logging ? LandlockLogging.NewExecutionOn : LandlockLogging.None));
            Assert.That(
                plan.NotApplied, Has.Length.EqualTo(
                    (files == 0xFFFF ? 0 : 1) + (ports ? 0 : 1) + (scopes ? 0 : 1) + (logging ? 0 : 1)));
        });
    }

    [Test]
    public void Missing_preferred_rights_are_reported_with_the_required_kernel()
    {
        LandlockPlan plan = LandlockPlan.Make(Everything, new LandlockSupport(2, 0));

        NotApplied files = plan.NotApplied[0];
        Assert.Multiple(() =>
        {
            Assert.That(files.Feature, Does.Contain("Truncate, IoctlDevice"));
            Assert.That(files.Reason, Does.Contain("ABI 2").And.Contain("ABI 5").And.Contain("unrestricted"));
            Assert.That(files.Remedy, Does.Contain("Linux 6.10"));
            Assert.That(plan.NotApplied[1].Remedy, Does.Contain("Linux 6.7"));
            Assert.That(plan.NotApplied[2].Remedy, Does.Contain("Linux 6.12"));
            Assert.That(plan.NotApplied[3].Remedy, Does.Contain("Linux 6.15"));
        });
    }

    [Test]
    public void On_the_first_level_moving_stays_forbidden() =>
        Assert.That(
            LandlockPlan.Make(Everything, new LandlockSupport(1, 0)).NotApplied[0].Reason,
            Does.Contain("stays forbidden"));

    [Test]
    public void A_named_right_that_is_required_and_missing_is_an_error()
    {
        LandlockPolicy policy = new() { HandledFileAccess = LandlockFileAccess.Truncate };

        SandboxException refusal = Assert.Throws<SandboxException>(
            () => LandlockPlan.Make(policy, new LandlockSupport(2, 0)))!;

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Message, Does.Contain("Truncate").And.Contain("ABI 2").And.Contain("ABI 3"));
            Assert.That((refusal.ErrorNumber, refusal.ErrorName), Is.EqualTo((0, "EOPNOTSUPP")));
            Assert.That(refusal.Operation, Is.EqualTo("restrict-landlock"));
            Assert.That(refusal.Remedy, Does.Contain("Linux 6.2"));
        });
    }

    [TestCase(3, "ports", "6.7")]
    [TestCase(5, "confine", "6.12")]
    [TestCase(6, "logging", "6.15")]
    public void Other_parts_that_are_required_and_missing_are_errors(int abi, string part, string kernel)
    {
        LandlockPolicy policy = Everything with
        {
            PortRequirement = Requirement.Require,
            ScopeRequirement = Requirement.Require,
            LoggingRequirement = Requirement.Require,
        };

        SandboxException refusal = Assert.Throws<SandboxException>(
            () => LandlockPlan.Make(policy, new LandlockSupport(abi, 0)))!;

        Assert.That(refusal.Message, Does.Contain(part).And.Contain($"Linux {kernel}"));
    }

    [Test]
    public void All_that_the_kernel_knows_is_had_on_each_level_and_the_rest_is_named()
    {
        LandlockPlan plan = LandlockPlan.Make(new LandlockPolicy(), new LandlockSupport(1, 0));

        Assert.Multiple(() =>
        {
            Assert.That((int)plan.Files, Is.EqualTo(0x1FFF));
            Assert.That(plan.NotApplied.Single().Feature, Does.Contain("Refer, Truncate, IoctlDevice"));
        });
    }

    [Test]
    public void A_policy_of_mounts_does_not_restrict_files_if_it_would_forbid_moving_them()
    {
        LandlockPlan first = LandlockPlan.Make(LandlockPolicy.OfMounts, new LandlockSupport(1, 0));
        LandlockPlan second = LandlockPlan.Make(LandlockPolicy.OfMounts, new LandlockSupport(2, 0));
        LandlockPlan required = LandlockPlan.Make(
            LandlockPolicy.OfMounts with { FileRequirement = Requirement.Require }, new LandlockSupport(1, 0));

        Assert.Multiple(() =>
        {
            Assert.That(first.IsEmpty, Is.True);
            Assert.That(first.NotApplied[0].Feature, Is.EqualTo("restrict files with Landlock"));
            Assert.That(first.NotApplied[0].Reason, Does.Contain("files are not restricted"));
            Assert.That(first.NotApplied[0].Remedy, Does.Contain("5.19"));
            Assert.That((int)second.Files, Is.EqualTo(0x3FFF));
            Assert.That((int)required.Files, Is.EqualTo(0x1FFF));
        });
    }

    [TestCase(-38, "ENOSYS", "CONFIG_SECURITY_LANDLOCK")]
    [TestCase(-95, "EOPNOTSUPP", "lsm=landlock")]
    [TestCase(-1, "EPERM", "seccomp")]
    public void Without_Landlock_what_is_required_is_an_error_with_the_remedy(int answer, string error, string remedy)
    {
        SandboxException refusal = Assert.Throws<SandboxException>(
            () => LandlockPlan.Make(new LandlockPolicy(), LandlockSupport.FromAnswer(answer)))!;

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo(error));
            Assert.That(refusal.Remedy, Does.Contain(remedy));
        });
    }

    [Test]
    public void Without_Landlock_what_is_preferred_is_left_out()
    {
        LandlockPlan plan = LandlockPlan.Make(Everything, LandlockSupport.FromAnswer(-95));

        Assert.Multiple(() =>
        {
            Assert.That(plan.IsEmpty, Is.True);
            Assert.That(plan.NotApplied, Has.Length.EqualTo(4));
            Assert.That(plan.NotApplied.Select(missing => missing.Remedy), Is.All.Contains("lsm=landlock"));
        });
    }
}
