using System.Globalization;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Hosts that were started badly, or have run out of something, each in a process of its own.</summary>
public sealed class HostConditionTests
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task An_ordinary_start() => await CheckBelowAsync();

    // The kernel reaps the children of such a host by itself.
    [Test]
    public async Task SIGCHLD_is_ignored() => await CheckBelowAsync("/usr/bin/env", "--ignore-signal=CHLD");

    [Test]
    public async Task Every_signal_is_ignored() => await CheckBelowAsync("/usr/bin/env", "--ignore-signal");

    [Test]
    public async Task Every_signal_is_blocked() => await CheckBelowAsync("/usr/bin/env", "--block-signal");

    [Test]
    public async Task SIGCHLD_and_others_are_blocked_and_ignored() =>
        await CheckBelowAsync("/usr/bin/env", "--block-signal=CHLD,TERM,USR1,RTMIN", "--ignore-signal=PIPE,TERM,RTMAX");

    // setarch also lies about the machine, and switches the randomisation of addresses off.
    [Test]
    public async Task The_personality_of_the_host_is_another()
    {
        Requires.Program("setarch");
        string[] lines = await HostProgram.RunBelowAsync(["setarch", "linux32", "--addr-no-randomize"], "check");

        AssertPayloadIsClean(lines);
        Assert.That(lines, Has.Some.EqualTo("personality 00000000"));
    }

    [TestCase("<&-")]
    [TestCase(">&-")]
    [TestCase("<&- >&-")]
    [TestCase("<&- >&- 2>&-")]
    public async Task Standard_descriptors_are_closed(string closed) =>
        await CheckBelowAsync("/bin/sh", "-c", $"exec \"$@\" {closed}", "sh");

    [Test]
    public async Task Thousands_of_descriptors_are_open()
    {
        string[] lines = await HostProgram.RunBelowAsync([], "crowded", "3000");

        Assert.That(lines, Has.Some.StartsWith("highest 3"));
        AssertPayloadIsClean(lines);
    }

    // Where memory files may not be executed the image is a file, and that has no name.
    [TestCase(1, "/memfd:")]
    [TestCase(2, "isolation-init-")]
    public async Task Memory_files_are_restricted(int level, string image)
    {
        Requires.Root();
        Requires.Kernel(6, 3);
        Requires.Program("unshare");
        string[] lines = await HostProgram.RunBelowAsync(
            ["unshare", "--fork", "--pid", "--mount-proc", "/bin/sh", "-c",
                $"echo {level} >/proc/sys/vm/memfd_noexec && \"$@\"", "sh"], "check");

        AssertPayloadIsClean(lines);
        Assert.That(
            lines.Single(line => line.StartsWith("image ", StringComparison.Ordinal)),
            Does.Contain(image).And.EndWith("(deleted)"));
    }

    [Test]
    public async Task Descriptors_run_out()
    {
        string[] lines = await HostProgram.RunBelowAsync([], "descriptors");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Has.None.StartsWith("wrong"));
            Assert.That(
                lines.Where(line => line.StartsWith("refused", StringComparison.Ordinal)),
                Is.Not.Empty.And.All.StartsWith("refused EMFILE"));
            Assert.That(lines, Has.Some.StartsWith("works"));
        }
    }

    [Test]
    public async Task An_ordinary_user_has_too_many_processes()
    {
        Requires.NotRoot();
        string[] lines = await HostProgram.RunBelowAsync([], "processes");

        Assert.That(lines, Has.None.StartsWith("wrong"));
        Assert.That(lines, Has.Some.StartsWith("refused EAGAIN none: clone a process into new namespaces"));
    }

    [Test]
    public async Task A_group_has_too_many_processes()
    {
        Requires.Root();
        string? parent = ProcessesGroup();
        Requires.That("pids-v1", parent is not null, "a version 1 hierarchy of the pids controller is needed");
        string group = Path.Combine(
            parent!, string.Create(CultureInfo.InvariantCulture, $"isolation-test-{Environment.ProcessId}"));
        Directory.CreateDirectory(group);
        try
        {
            // Without the compiler's background thread, which the runtime would start at its own time.
            string[] lines = await HostProgram.RunBelowAsync(["env", "DOTNET_TieredCompilation=0"], "pids", group);

            using (Assert.EnterMultipleScope())
            {
                Assert.That(lines, Has.None.StartsWith("wrong"));
                Assert.That(
                    lines, Has.Some.StartsWith("refused EAGAIN 0 one-shot: clone a process into new namespaces"));
                Assert.That(lines, Has.Some.Contains("clone a process for the command"));
                Assert.That(lines, Has.Some.StartsWith("works"));
            }
        }
        finally
        {
            // The last process of a group leaves it a moment after its end.
            Assert.That(SpinWait.SpinUntil(() => IsRemoved(group), Processes.Patience), Is.True);
        }
    }

    private static async Task CheckBelowAsync(params string[] below) =>
        AssertPayloadIsClean(await HostProgram.RunBelowAsync(below, "check"));

    private static void AssertPayloadIsClean(string[] lines)
    {
        const string None = "0000000000000000";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines, Does.Contain($"SigBlk:\t{None}"));
            Assert.That(lines, Does.Contain($"SigIgn:\t{None}"));
            Assert.That(lines, Does.Contain($"SigCgt:\t{None}"));

            // 3 is the shell's own, which reads the directory.
            Assert.That(lines, Does.Contain("open /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3"));
        }
    }

    private static bool IsRemoved(string group)
    {
        try
        {
            Directory.Delete(group);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>The group of this process in the pids hierarchy.</summary>
    private static string? ProcessesGroup()
    {
        const string Root = "/sys/fs/cgroup/pids";
        string? line = File.ReadLines("/proc/self/cgroup").FirstOrDefault(
            line => line.Contains(":pids:", StringComparison.Ordinal));
        return line is not null && File.Exists($"{Root}/cgroup.procs") ? Root + line.Split(':')[2].TrimEnd('/') : null;
    }
}
