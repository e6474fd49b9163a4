using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Mounts;

public sealed class DeviceTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Holds_the_usual_and_nothing_else()
    {
        string output = await Guest.Specification().OutputAsync("ls /dev");

        string[] expected = ["fd", "full", "mqueue", "null", "ptmx", "pts", "random", "shm", "stderr", "stdin",
            "stdout", "tty", "urandom", "zero"];
        Assert.That(output.Split('\n'), Is.EquivalentTo(expected));
    }

    [Test]
    public async Task The_devices_work()
    {
        SandboxResult result = await Guest.Specification().RunAsync("""
            echo gone > /dev/null && cat /dev/null &&
                head -c 3 /dev/zero | wc -c && head -c 3 /dev/urandom | wc -c && head -c 3 /dev/random | wc -c
            head -c 1 /dev/zero > /dev/full
            echo to stderr > /dev/stderr; echo to stdout > /dev/stdout
            """);

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("3\n3\n3\nto stdout\n"));
            Assert.That(result.StandardError.Text, Does.Contain("No space left on device").And.EndsWith("to stderr\n"));
        });
    }

    [Test]
    public async Task There_is_no_terminal_to_control()
    {
        SandboxResult result = await Guest.Specification().RunAsync("exec 3<>/dev/tty");

        Assert.That(result.StandardError.Text, Does.Contain("No such device or address"));
    }

    [Test]
    public async Task Nothing_can_be_made_in_it()
    {
        SandboxResult result = await Guest.Specification().AsRoot().RunAsync("touch /dev/file");

        Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
    }

    [Test]
    public async Task Terminals_are_the_sandbox_s_own()
    {
        Guest.RequirePython();
        const string Script = """
            import os, pty
            main, sub = pty.openpty()
            print(os.ttyname(sub))
            os.write(sub, b'through the terminal\n')
            print(os.read(main, 100).decode().strip())
            """;

        string output = await Guest.Specification().OutputAsync(Guest.Python(Script));

        Assert.That(output, Is.EqualTo("/dev/pts/0\nthrough the terminal"));
    }

    [Test]
    public async Task There_are_no_terminals_where_none_are_wanted()
    {
        SandboxSpecification specification = Replace(
            new DeviceMount { Terminals = DeviceTerminals.None, SharedMemorySize = 0 });

        string output = await specification.OutputAsync(
            "ls /dev; cut -d' ' -f5 /proc/self/mountinfo | grep -c '^/dev/'; touch /dev/shm/x 2>/dev/null || "
            + "echo no shm");

        Assert.That(output, Does.Not.Contain("pts").And.Not.Contain("ptmx").And.EndsWith("6\nno shm"));
    }

    [Test]
    public async Task Shared_memory_has_the_size_asked_for()
    {
        SandboxSpecification specification = Replace(new DeviceMount { SharedMemorySize = 1 << 20 });

        SandboxResult result = await specification.RunAsync(
            "head -c 1048576 /dev/zero > /dev/shm/fits && echo fits && head -c 1 /dev/zero > /dev/shm/more");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("fits\n"));
            Assert.That(result.StandardError.Text, Does.Contain("No space left on device"));
        });
    }

    [Test]
    public async Task Message_queues_are_the_sandbox_s_own()
    {
        string output = await Guest.Specification(new MessageQueueMount()).OutputAsync(
            "touch /dev/mqueue/queue && ls /dev/mqueue");

        Assert.That(output, Is.EqualTo("queue"));
        Assert.That(await Guest.Specification(new MessageQueueMount()).OutputAsync("ls /dev/mqueue"), Is.Empty);
    }

    [Test]
    public async Task Sysfs_is_read_only()
    {
        SandboxResult result = await Guest.Specification(new SysMount()).AsRoot()
            .RunAsync("ls /sys/class/net; echo 9000 > /sys/class/net/lo/mtu");

        Assert.Multiple(() =>
        {
            Assert.That(result.StandardOutput.Text, Is.EqualTo("lo\n"));
            Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
        });
    }

    private static SandboxSpecification Replace(DeviceMount devices)
    {
        SandboxSpecification specification = Guest.Specification();
        return specification with { Mounts = specification.Mounts.Replace(new DeviceMount(), devices) };
    }
}
