using System.Globalization;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Privileges;

public sealed class CapabilityTests
{
    private const string Sets = "grep ^Cap /proc/self/status";

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task A_command_has_exactly_the_capabilities_that_were_given_in_all_five_sets(uint user)
    {
        const Capabilities Given = Capabilities.NetBindService | Capabilities.Chown | Capabilities.CheckpointRestore;
        SandboxSpecification specification = Guest.Specification() with
        {
            User = new(user, user),
            Capabilities = CapabilitySets.Of(Given),
        };

        Dictionary<string, Capabilities> sets = Read(await specification.OutputAsync(Sets));

        Assert.That(sets.Keys, Is.EquivalentTo((string[])["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"]));
        Assert.That(sets.Values, Is.All.EqualTo(Given));
    }

    [Test]
    public async Task Each_set_is_its_own()
    {
        SandboxSpecification specification = Guest.Specification() with
        {
            Capabilities = new CapabilitySets
            {
                Bounding = Capabilities.Chown | Capabilities.Kill | Capabilities.NetRaw,
                Permitted = Capabilities.Chown | Capabilities.Kill,
                Effective = Capabilities.Kill,
                Inheritable = Capabilities.Kill | Capabilities.NetRaw,
                Ambient = Capabilities.Kill,
            },
        };

        Dictionary<string, Capabilities> sets = Read(await specification.OutputAsync(Sets));

        // An ordinary user who executes something keeps the ambient set.
        Assert.Multiple(() =>
        {
            Assert.That(sets["CapBnd"], Is.EqualTo(Capabilities.Chown | Capabilities.Kill | Capabilities.NetRaw));
            Assert.That(sets["CapInh"], Is.EqualTo(Capabilities.Kill | Capabilities.NetRaw));
            Assert.That(sets["CapAmb"], Is.EqualTo(Capabilities.Kill));
            Assert.That(sets["CapPrm"], Is.EqualTo(Capabilities.Kill));
            Assert.That(sets["CapEff"], Is.EqualTo(Capabilities.Kill));
        });
    }

    [Test]
    public async Task A_capability_that_was_given_works_and_one_that_was_not_does_not()
    {
        SandboxSpecification specification = Guest.Specification().AsRoot() with
        {
            Capabilities = CapabilitySets.Of(Capabilities.SystemAdmin),
            SystemCalls = SystemCallFilter.Off,
        };

        Assert.That(await specification.OutputAsync("hostname other && hostname"), Is.EqualTo("other"));
        Assert.That(
            (await (specification with { Capabilities = CapabilitySets.None })
                .RunAsync("hostname other")).IsSuccess, Is.False);
    }

    [Test]
    public async Task Each_command_may_have_less_than_the_sandbox()
    {
        SandboxSpecification specification = Guest.Specification()
            with
        { Capabilities = CapabilitySets.Of(Capabilities.Chown | Capabilities.Kill) };
        await using ISandbox sandbox = await specification.CreateAsync();

        Dictionary<string, Capabilities> less = Read(Guest.Output(await sandbox.RunAsync(
            Guest.Shell(Sets) with { Capabilities = CapabilitySets.Of(Capabilities.Kill) })));
        Dictionary<string, Capabilities> none = Read(
            Guest.Output(await sandbox.RunAsync(Guest.Shell(Sets) with { Capabilities = CapabilitySets.None })));
        Dictionary<string, Capabilities> all = Read(Guest.Output(await sandbox.RunAsync(Guest.Shell(Sets))));

        Assert.Multiple(() =>
        {
            Assert.That(less.Values, Is.All.EqualTo(Capabilities.Kill));
            Assert.That(none.Values, Is.All.EqualTo(Capabilities.None));
            Assert.That(all.Values, Is.All.EqualTo(Capabilities.Chown | Capabilities.Kill));
        });
    }

    [Test]
    public async Task Root_inside_gains_nothing_by_executing_something()
    {
        SandboxSpecification locked = Guest.Specification().AsRoot() with
        {
            Capabilities = new CapabilitySets { Bounding = Capabilities.Chown },
        };

        // By the kernel's rule a user 0 who executes something has the bounding set, but for the secure bits and
        // no_new_privs.
        ProcessHardening allowed = new() { NewPrivileges = NewPrivileges.Allowed };
        Dictionary<string, Capabilities> asRoot = Read(await (locked with { Hardening = allowed }).OutputAsync(Sets));
        Dictionary<string, Capabilities> asAnybody = Read(
            await (locked with { Hardening = allowed with { SecureBits = SecureBits.Locked } }).OutputAsync(Sets));
        Dictionary<string, Capabilities> byDefault = Read(await locked.OutputAsync(Sets));

        Assert.Multiple(() =>
        {
            Assert.That(asRoot["CapEff"], Is.EqualTo(Capabilities.Chown));
            Assert.That(asAnybody["CapEff"], Is.EqualTo(Capabilities.None));
            Assert.That(byDefault["CapEff"], Is.EqualTo(Capabilities.None));
        });
    }

    [Test]
    public async Task The_secure_bits_of_a_command_without_capabilities_are_locked()
    {
        Guest.RequirePython();
        const string Script = "import ctypes; print(ctypes.CDLL(None).prctl(27, 0, 0, 0, 0))";

        Assert.That(
            await Guest.Specification().OutputAsync(Guest.Python(Script)), Is.EqualTo($"{(int)SecureBits.Locked}"));
        Assert.That(
            await (Guest.Specification() with { Capabilities = CapabilitySets.Of(Capabilities.Kill) })
                .OutputAsync(Guest.Python(Script)), Is.EqualTo("0"));
    }

    [Test]
    public async Task New_privileges_may_be_allowed_and_no_capability_comes_with_it()
    {
        SandboxSpecification specification = Guest.Specification();
        SandboxSpecification allowed = specification
            with
        { Hardening = new() { NewPrivileges = NewPrivileges.Allowed } };

        Assert.That(await specification.OutputAsync("grep NoNewPrivs /proc/self/status"), Does.EndWith("1"));
        Assert.That(await allowed.OutputAsync("grep NoNewPrivs /proc/self/status"), Does.EndWith("0"));
        Assert.That(Read(await allowed.OutputAsync(Sets)).Values, Is.All.EqualTo(Capabilities.None));
    }

    [Test]
    public async Task A_set_user_id_program_works_where_new_privileges_are_allowed()
    {
        Requires.Root();
        using HostDirectory directory = new();
        File.Copy("/usr/bin/id", directory.At("id"));
        File.SetUnixFileMode(directory.At("id"), (UnixFileMode)0b100_111_101_101);
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/programs") { Options = MountOptions.None });
        specification = specification
            with
        { Namespaces = specification.Namespaces with { User = NamespaceSource.Host } };

        Assert.That(await specification.OutputAsync("/programs/id -u"), Is.EqualTo("1000"));
        Assert.That(
            await (specification with { Hardening = new() { NewPrivileges = NewPrivileges.Allowed } })
                .OutputAsync("/programs/id -u"), Is.EqualTo("0"));
    }

    private static Dictionary<string, Capabilities> Read(string status) => status.Split('\n')
        .Select(line => line.Split(":\t"))
        .ToDictionary(
            parts => parts[0], parts => (Capabilities)ulong.Parse(
                parts[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture));
}
