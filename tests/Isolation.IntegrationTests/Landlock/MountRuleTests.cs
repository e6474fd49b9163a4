using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Landlock;

/// <summary>Landlock as a second wall behind the mounts, which nobody inside notices who keeps to the mounts.</summary>
public sealed class MountRuleTests
{
    private const string ReadOnlyAgain = """
        import ctypes, errno, sys
        libc = ctypes.CDLL(None, use_errno=True)
        REMOUNT_BIND = 0x1020
        if libc.mount(None, sys.argv[1].encode(), None, REMOUNT_BIND, None):
            print(errno.errorcode[ctypes.get_errno()])
        else:
            open(sys.argv[1] + '/written', 'w').write('x')
            print('written')
        """;

    [SetUp]
    public void NeedLandlock() => Restricted.Require(2);

    [TestCase(false, "written")]
    [TestCase(true, "EPERM")]
    public async Task Landlock_keeps_read_only_binds_read_only_despite_the_capability_to_mount(
        bool hasWall, string expected)
    {
        Requires.Root();
        using HostDirectory directory = new();
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_111_111);
        SandboxSpecification specification = SandboxPresets.HostPrograms()
            .AddToRoot(root => root.Bind(directory.Path, "/bound"))
            .WithLandlock(hasWall ? LandlockPolicy.OfMounts : null)
            .WithUser(0, 0)
            .WithCapabilities(Capabilities.SystemAdmin)
            .WithSystemCalls(SystemCallFilter.Off)
            .Build();

        string output = await specification.OutputAsync(Guest.Python(ReadOnlyAgain, "/bound"));

        Assert.Multiple(() =>
        {
            Assert.That(output, Is.EqualTo(expected));
            Assert.That(File.Exists(directory.At("written")), Is.Not.EqualTo(hasWall));
        });
    }

    [Test]
    public async Task Ordinary_work_goes_on_in_every_preset([Values("HostPrograms", "Judge", "PlugIn")] string preset)
    {
        SandboxBuilder builder = preset switch
        {
            "Judge" => SandboxPresets.Judge().BestEffort(),
            "PlugIn" => SandboxPresets.PlugIn().BestEffort(),
            _ => SandboxPresets.HostPrograms(),
        };

        string output = await builder.Build().OutputAsync(Guest.Python("""
            import os, pty, fcntl, termios, struct, subprocess, tempfile, shutil, mmap, sys
            os.makedirs('/tmp/a/b'); os.makedirs('/tmp/c')
            open('/tmp/a/b/file', 'w').write('text')
            os.rename('/tmp/a/b/file', '/tmp/c/file'); os.rename('/tmp/a/b', '/tmp/c/b')
            os.link('/tmp/c/file', '/tmp/a/link'); os.symlink('/tmp/c', '/tmp/s'); os.mkfifo('/tmp/fifo')
            open('/tmp/a/link', 'r+').truncate(2); os.truncate('/tmp/c/file', 1)
            with tempfile.TemporaryFile() as file: file.write(b'x'); os.fsync(file.fileno())
            shutil.copy('/bin/true', '/tmp/program'); subprocess.run(['/tmp/program'], check=True)
            shutil.rmtree('/tmp/c')
            open('/dev/null', 'w').write('x'); open('/dev/null', 'r+b').close()
            open('/dev/zero', 'rb').read(1); open('/dev/urandom', 'rb').read(1)
            open('/dev/shm/x', 'w').write('x'); os.rename('/dev/shm/x', '/dev/shm/y'); os.unlink('/dev/shm/y')
            master, slave = pty.openpty()
            fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', 1, 2, 3, 4))
            fcntl.ioctl(slave, termios.TIOCGWINSZ, b'12345678')
            open('/proc/self/oom_score_adj', 'w').write('1000'); open('/proc/self/comm', 'w').write('name')
            open('/proc/self/status').read(); os.readlink('/proc/self/exe')
            child = subprocess.Popen(['sleep', '100'])
            open(f'/proc/{child.pid}/environ').read()
            child.kill(); child.wait()
            assert open('/dev/stdin').read() == ''
            print('out', file=open('/dev/stdout', 'w')); print('', file=open('/dev/stderr', 'w'))
            """));

        Assert.That(output, Is.EqualTo("out"));
    }

    [Test]
    public async Task A_bind_that_is_added_later_is_followed()
    {
        using HostDirectory open = new(), fixedDirectory = new();
        File.SetUnixFileMode(open.Path, (UnixFileMode)0b111_111_111);
        SandboxSpecification specification = SandboxPresets.HostPrograms()
            .AddToRoot(root => root.Bind(open.Path, "/open", MountAccess.ReadWrite).Bind(fixedDirectory.Path, "/fixed"))
            .Build();

        Assert.That(
            await specification.OutputAsync(
                "mkdir /open/a /open/b && echo x >/open/a/x && mv /open/a/x /open/b && cat /open/b/x; (>/fixed/x) "
                + "2>/dev/null || echo refused"),
            Is.EqualTo("x\nrefused"));
    }

    [TestCase(MountAccess.ReadOnly, "refused")]
    [TestCase(MountAccess.ReadWrite, "moved")]
    public async Task A_root_is_followed(MountAccess access, string expected)
    {
        SandboxSpecification specification = Guest.Specification()
            .AsRoot() with
        { Root = new EmptyRoot { Access = access }, Landlock = LandlockPolicy.OfMounts };

        Assert.That(
            await specification.OutputAsync(
                "{ mkdir /work /other && echo x >/work/x && mv /work/x /other/y && echo moved; } 2>/dev/null || echo "
                + "refused"), Is.EqualTo(expected));
    }

    [Test]
    public async Task An_overlay_is_followed()
    {
        using HostDirectory layer = new();
        File.SetUnixFileMode(layer.Directory("work"), HostDirectory.Everybody);
        SandboxSpecification specification = Guest.Specification() with
        {
            Root = new OverlayRoot([layer.Path]),
            Landlock = LandlockPolicy.OfMounts,
        };

        Assert.That(
            await specification.OutputAsync(
                "mkdir /work/a /work/b && echo x >/work/a/x && mv /work/a/x /work/b/y && cat /work/b/y"),
            Is.EqualTo("x"));
    }

    [Test]
    public async Task Message_queues_are_followed()
    {
        SandboxSpecification specification = Guest.Specification(new MessageQueueMount())
            with
        { Landlock = LandlockPolicy.OfMounts };

        Assert.That(await specification.OutputAsync(": >/dev/mqueue/queue && ls /dev/mqueue"), Is.EqualTo("queue"));
    }

    [Test]
    public async Task Commands_of_one_sandbox_are_kept_from_each_other()
    {
        Restricted.Require(6);
        await using ISandbox sandbox = await SandboxPresets.HostPrograms().CreateAsync(Guest.Provider);
        await using ISandboxProcess first = await sandbox.StartAsync(
            new SandboxCommand("/bin/cat") { StandardInput = InputSource.Pipe });

        string refused = await sandbox.OutputAsync(
            "for p in /proc/[0-9]*; do [ \"$(cat $p/comm)\" = cat ] && ! [ ${p#/proc/} = $$ ] && kill -0 ${p#/proc/} "
            + "2>&1; done; true");
        first.StandardInput!.Close();

        Assert.Multiple(() =>
        {
            Assert.That(refused, Does.Contain("not permitted").IgnoreCase);
            Assert.That(async () => (await first.WaitForExitAsync()).IsSuccess, Is.True);
        });
    }
}
