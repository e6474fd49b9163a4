using System.Globalization;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Privileges;

public sealed class HardeningTests
{
    private const string Session = """
        import ctypes
        c = ctypes.CDLL(None, use_errno=True)
        keyctl = 250 if __import__('platform').machine() == 'x86_64' else 219
        print(c.syscall(keyctl, 0, -3, 0))
        """;

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Every_sandbox_has_a_session_keyring_of_its_own()
    {
        Guest.RequirePython();
        SandboxSpecification own = Guest.Specification() with { SystemCalls = SystemCallFilter.Off };
        await using ISandbox first = await own.CreateAsync();
        await using ISandbox second = await own.CreateAsync();

        string[] serials =
        [
            Guest.Output(await first.RunAsync(Guest.Python(Session))),
            Guest.Output(await second.RunAsync(Guest.Python(Session))),
        ];

        Assert.Multiple(() =>
        {
            Assert.That(serials, Is.Unique);
            Assert.That(
                serials.Select(serial => long.Parse(serial, CultureInfo.InvariantCulture)), Is.All.GreaterThan(0));
            Assert.That(first.Report.Applied, Has.Some.Contains("session keyring"));
        });
        Assert.That(
            Guest.Output(await first.RunAsync(Guest.Python(Session))), Is.EqualTo(serials[0]),
            "Its commands share it.");
    }

    [Test]
    public async Task Code_can_be_written_and_executed_only_where_that_is_not_denied()
    {
        Requires.Kernel(6, 3);
        Guest.RequirePython();
        const string Script = """
            import mmap
            try:
                mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
                print('done')
            except PermissionError:
                print('EACCES')
            """;
        SandboxSpecification denied = Guest.Specification()
            with
        { Hardening = new() { DenyWriteExecute = Requirement.Require } };

        Assert.That(await Guest.Specification().OutputAsync(Guest.Python(Script)), Is.EqualTo("done"));
        Assert.That(await denied.OutputAsync(Guest.Python(Script)), Is.EqualTo("EACCES"));
    }

    [Test]
    public async Task The_score_for_memory_that_runs_out_is_set()
    {
        SandboxSpecification scored = Guest.Specification() with { Hardening = new() { OutOfMemoryScore = 900 } };

        Assert.That(await scored.OutputAsync("cat /proc/self/oom_score_adj"), Is.EqualTo("900"));
    }

    [Test]
    public async Task A_score_below_the_host_s_needs_a_capability_of_the_host()
    {
        string line = File.ReadLines("/proc/self/status").First(
            line => line.StartsWith("CapEff:", StringComparison.Ordinal));
        Capabilities held = (Capabilities)ulong.Parse(
            line.AsSpan("CapEff:".Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        SandboxSpecification scored = Guest.Specification() with { Hardening = new() { OutOfMemoryScore = -500 } };

        if (held.HasFlag(Capabilities.SystemResource))
        {
            Assert.That(await scored.OutputAsync("cat /proc/self/oom_score_adj"), Is.EqualTo("-500"));
        }
        else
        {
            Assert.That((await scored.RefusalAsync()).Message, Does.Contain("EACCES").And.Contain("CAP_SYS_RESOURCE"));
        }
    }

    [Test]
    public async Task Unsupported_hardening_is_an_error_unless_it_is_only_preferred()
    {
        ProcessHardening all = new()
        {
            Speculation = SpeculationControls.All,
            SpeculationRequirement = Requirement.Prefer,
            CoreScheduling = Requirement.Prefer,
        };
        await using ISandbox sandbox = await (Guest.Specification() with { Hardening = all }).CreateAsync();
        string status = await sandbox.OutputAsync("cat /proc/self/status");

        foreach (NotApplied missing in sandbox.Report.NotApplied)
        {
            Assert.That(missing.Remedy, Is.Not.Null, $"{missing}");
            ProcessHardening required = missing.Feature.StartsWith("take a core", StringComparison.Ordinal)
                ? new() { CoreScheduling = Requirement.Require }
                : new() { Speculation = SpeculationControls.All };
            SandboxException refusal = await (Guest.Specification() with { Hardening = required }).RefusalAsync();
            Assert.That(refusal.Remedy, Is.Not.Null);
        }

        bool bypassIsOff = !sandbox.Report.NotApplied.Any(
            missing => missing.Feature.Contains(nameof(SpeculationControls.StoreBypass), StringComparison.Ordinal));
        Assert.That(
            status.Contains("Speculation_Store_Bypass:\tthread force mitigated", StringComparison.Ordinal),
            Is.EqualTo(bypassIsOff));
    }

    [Test]
    public async Task No_core_is_dumped_and_none_is_piped_to_a_program_of_the_host()
    {
        Assert.That(
            await Guest.Specification().OutputAsync("ulimit -Sc; ulimit -Hc; grep core /proc/self/limits"),
            Does.Match(@"1\s+1\s+bytes"));
    }
}
