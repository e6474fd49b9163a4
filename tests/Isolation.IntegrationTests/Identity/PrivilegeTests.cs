using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Identity;

public sealed class PrivilegeTests
{
    private static readonly string[] CapabilitySets = ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"];

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task A_payload_has_no_capability_in_any_set(uint user)
    {
        SandboxSpecification specification = Guest.Specification() with { User = new SandboxUser(user, user) };

        string status = await specification.OutputAsync("cat /proc/self/status");

        Assert.Multiple(() =>
        {
            foreach (string set in CapabilitySets)
            {
                Assert.That(status, Does.Contain($"{set}:\t0000000000000000"));
            }

            Assert.That(status, Does.Contain("NoNewPrivs:\t1"));
        });
    }

    [Test]
    public async Task A_set_user_id_program_has_no_effect()
    {
        Requires.Root();
        using HostDirectory directory = new();
        File.Copy("/usr/bin/id", directory.At("id"));
        File.SetUnixFileMode(directory.At("id"), (UnixFileMode)0b100_111_101_101);
        BindMount bind = new(directory.Path, "/programs") { Options = MountOptions.None };
        SandboxSpecification specification = Guest.Specification(bind);
        specification = specification
            with
        { Namespaces = specification.Namespaces with { User = NamespaceSource.Host } };

        // The bit is there and the mount honours it; what stops it is that no command may gain privileges.
        Assert.That(await specification.OutputAsync("test -u /programs/id && /programs/id -u"), Is.EqualTo("1000"));
    }

    [Test]
    public async Task Root_inside_can_neither_mount_nor_change_the_host_name_nor_the_root()
    {
        Guest.RequirePython();
        const string Script = """
            import ctypes, errno, os
            c = ctypes.CDLL(None, use_errno=True)
            def attempt(name, *arguments):
                result = getattr(c, name)(*arguments)
                print(name, errno.errorcode.get(ctypes.get_errno(), 0) if result < 0 else 'done')
            attempt('mount', b'none', b'/tmp', b'tmpfs', 0, None)
            attempt('umount2', b'/tmp', 2)
            attempt('sethostname', b'x', 1)
            attempt('chroot', b'/tmp')
            attempt('unshare', 0x00020000)
            """;

        // Without a filter of system calls, which would refuse all of this by itself.
        SandboxSpecification specification = Guest.Specification().AsRoot() with { SystemCalls = SystemCallFilter.Off };
        string output = await specification.OutputAsync(Guest.Python(Script));

        Assert.That(output.Split('\n'), Is.All.EndsWith(" EPERM"));
    }

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task Init_cannot_be_read_traced_or_killed_by_a_payload(uint user)
    {
        Guest.RequirePython();
        const string Script = """
            import ctypes, errno, os
            c = ctypes.CDLL(None, use_errno=True)
            def attempt(name, action):
                try:
                    action()
                    print(name, 'done')
                except OSError as error:
                    print(name, errno.errorcode[error.errno])
            def ptrace():
                if c.ptrace(16, 1, None, None) < 0:
                    raise OSError(ctypes.get_errno(), '')
            attempt('mem', lambda: os.open('/proc/1/mem', os.O_RDONLY))
            attempt('environ', lambda: open('/proc/1/environ').read())
            attempt('maps', lambda: open('/proc/1/maps').read())
            attempt('exe', lambda: os.readlink('/proc/1/exe'))
            attempt('root', lambda: os.listdir('/proc/1/root'))
            attempt('cwd', lambda: os.listdir('/proc/1/cwd'))
            attempt('fd', lambda: os.readlink('/proc/1/fd/0'))
            attempt('ptrace', ptrace)
            """;
        // Without a filter of system calls, which would refuse ptrace by itself.
        SandboxSpecification specification = Guest.Specification() with
        {
            User = new SandboxUser(user, user),
            SystemCalls = SystemCallFilter.Off,
        };
        await using ISandbox sandbox = await specification.CreateAsync();

        string output = Guest.Output(await sandbox.RunAsync(Guest.Python(Script)));
        await sandbox.RunAsync(
            Guest.Shell("for signal in KILL STOP TERM INT HUP SEGV ABRT USR1 CHLD; do kill -$signal 1; done"));

        Assert.That(output.Split('\n'), Is.All.EndsWith(" EACCES").Or.EndsWith(" EPERM"));
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task A_payload_that_kills_all_that_it_sees_leaves_init_alone()
    {
        await using ISandbox sandbox = await Guest.Specification().AsRoot().CreateAsync();

        await sandbox.RunAsync(Guest.Shell("kill -KILL -1; kill -STOP -1"));

        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task Nothing_of_the_host_s_environment_is_inside()
    {
        const string Name = "ISOLATION_TEST_CANARY";
        Environment.SetEnvironmentVariable(Name, "of the host");
        try
        {
            Assert.That(await Guest.Specification().OutputAsync("env | sort"), Does.Not.Contain(Name));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, null);
        }
    }
}
