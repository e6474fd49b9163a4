using System.Globalization;
using Isolation.IntegrationTests.Landlock;
using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Unprivileged;

/// <summary>The tier without any namespace and privilege.</summary>
public sealed class UnprivilegedTests
{
    /// <summary>A host that can make no namespace, has no capability, and can get none.</summary>
    private static readonly string[] Barred =
    [
        "unshare", "--user", "--map-root-user", "/bin/sh", "-c",
        "echo 0 >/proc/sys/user/max_user_namespaces && exec setpriv --bounding-set=-all --inh-caps=-all "
            + "--no-new-privs \"$@\"", "sh",
    ];

    /// <summary>For a bomb: RLIMIT_NPROC does not hold for root.</summary>
    private static readonly string[] Ordinary = ["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups",
        "--bounding-set=-all", "--inh-caps=-all"];

    private static SandboxSpecification Specification => SandboxPresets.Unprivileged().Build();

    [SetUp]
    public void NeedScopes() => Restricted.Require(6);

    [Test]
    public async Task A_host_without_any_right_has_sandboxes()
    {
        Requires.Program("unshare");
        Requires.Program("setpriv");

        string[] report = await HostProgram.RunBelowAsync(Barred, "unprivileged");

        Assert.That(
            report,
            Is.EqualTo(new[]
            {
                "begins", "namespaces False", "once Completed to and fro",
                "missing empty the bounding set of capabilities", "coded 3 out err", "slow WallTimeExceeded",
                "write 2 False", "done",
            }));
    }

    [TestCase("open('/etc/shadow')", "EACCES")]
    [TestCase("open('/proc/self/status')", "EACCES")]
    [TestCase("open('/tmp/isolation-new', 'w')", "EACCES")]
    [TestCase("os.listdir('/')", "EACCES")]
    [TestCase("open('/dev/null', 'w').write('x')", "done")]
    [TestCase("os.kill(os.getppid(), 0)", "EPERM")]
    [TestCase("os.kill(int(D), 0)", "EPERM")]
    [TestCase("socket.socket().connect(('127.0.0.1', 9))", "EPERM")]
    [TestCase("socket.socket().bind(('127.0.0.1', 0))", "EPERM")]
    [TestCase(
        "r = ctypes.CDLL(None, use_errno=True).ptrace(16, int(D), 0, 0); r and exec('raise OSError(ctypes.get_errno(), "
        + "str())')", "EPERM")]
    public async Task Statements_outside_the_policy_fail(string statement, string expected) =>
        Assert.That(
            await Specification.OutputAsync(
                Restricted.Attempt(statement, Environment.ProcessId.ToString(CultureInfo.InvariantCulture))),
            Is.EqualTo(expected));

    /// <summary>As docs/runtimes.md says about programs that need /proc.</summary>
    [TestCase("environ")]
    [TestCase("maps")]
    [TestCase("mem")]
    [TestCase("fd/0")]
    [TestCase("cwd/.")]
    public async Task With_proc_the_insides_of_other_processes_stay_hidden(string file)
    {
        // The kernel asks the same of a payload without privileges in the place of a privileged application.
        Requires.NotRoot();
        SandboxSpecification specification = SandboxPresets.Unprivileged().WithLandlock(
            landlock => landlock.Read("/proc")).Build();
        string path = $"/proc/{Environment.ProcessId}/{file}";
        SandboxCommand attempt = Guest.Shell($"(exec 3<{path}) 2>/dev/null && echo open || echo closed");

        Assert.That(await (specification with { Landlock = null }).OutputAsync(attempt), Is.EqualTo("open"));
        Assert.That(await specification.OutputAsync(attempt), Is.EqualTo("closed"));
        Assert.That(await specification.OutputAsync("exec 3</proc/$$/maps && echo open"), Is.EqualTo("open"));
    }

    [Test]
    public async Task Added_directories_are_writable()
    {
        using HostDirectory directory = new();
        SandboxSpecification specification = SandboxPresets.Unprivileged().WithLandlock(
            landlock => landlock.ReadWrite(directory.Path)).Build();

        await specification.OutputAsync("echo text >$1/file && mkdir $1/below && mv $1/file $1/below/", directory.Path);

        Assert.That(directory.Read("below/file"), Is.EqualTo("text\n"));
    }

    [Test]
    public async Task The_end_of_a_run_is_the_end_of_its_daemons()
    {
        int[] before = Processes.Children(Environment.ProcessId);

        // The name of a file is seen among the arguments, and in no other test.
        string mark = $"{Random.Shared.Next(100_000, 200_000)}.25";
        SandboxResult result = await Guest.Provider.RunAsync(
            Specification, Guest.Shell(
                "(setsid sh -c \"sleep $1 & setsid sleep $1 & echo up\" &) | read line; echo $line", mark));

        Assert.Multiple(() =>
        {
            Assert.That(result.Outcome, Is.EqualTo(SandboxOutcome.Completed));
            Assert.That(Named(mark), Is.Empty);
            Assert.That(Processes.Children(Environment.ProcessId).Except(before), Is.Empty);
        });
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task The_end_of_a_sandbox_is_the_end_of_its_daemons(bool isKilledFirst)
    {
        string mark = $"{Random.Shared.Next(200_000, 300_000)}.25";
        ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell(
                "(setsid sh -c \"trap '' TERM HUP; sleep $1 & setsid sleep $1 & echo up; wait\" &); exec sleep $1",
                mark) with
            { StandardOutput = OutputTarget.Pipe });
        await process.StandardOutput!.ReadExactlyAsync(new byte[3]);
        Assert.That(() => Named(mark), Is.Not.Empty.After((int)Guest.Patience.TotalMilliseconds, 1));

        if (isKilledFirst)
        {
            await process.KillAsync();
        }

        await sandbox.DisposeAsync();

        Assert.That(Named(mark), Is.Empty);
    }

    [Test]
    public async Task The_end_of_one_sandbox_leaves_others_and_the_host_alone()
    {
        await using ISandbox other = await Specification.CreateAsync();
        await using ISandboxProcess process = await other.StartAsync(
            new SandboxCommand("/bin/cat") { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe });

        await using (ISandbox sandbox = await Specification.CreateAsync())
        {
            Guest.Output(
                await sandbox.RunAsync(
                    Guest.Shell("(setsid sleep 1000 >/dev/null &); true") with { Leftovers = CommandLeftovers.Keep }));
        }

        await process.StandardInput!.WriteAsync("text"u8.ToArray());
        process.StandardInput.Close();
        byte[] echo = new byte[4];
        await process.StandardOutput!.ReadExactlyAsync(echo);
        Assert.Multiple(() =>
        {
            Assert.That(echo, Is.EqualTo("text"u8.ToArray()));
            Assert.That(async () => (await process.WaitForExitAsync()).IsSuccess, Is.True);
        });
    }

    [TestCase("sleep")]
    [TestCase("one-shot")]
    [TestCase("deaf")]
    [TestCase("stopped")]
    [TestCase("daemons")]
    [TestCase("bomb")]
    public async Task Nothing_stays_of_a_host_that_is_killed(string kind)
    {
        Requires.Root();
        Requires.Program("setpriv");
        using HostProgram host = HostProgram.StartBelow(Ordinary, "hold-unprivileged", kind);
        await host.ReadUntilAsync("ready");
        int[] pidfds = [.. Processes.Descendants(host.ProcessId).Select(Processes.Open)];
        Assert.That(pidfds, Has.Length.GreaterThan(1));

        host.Kill();

        Assert.That(pidfds.Count(pidfd => !Processes.HasEnded(pidfd)), Is.Zero);
        Assert.That(() => OfUser(54321), Is.Empty.After((int)Guest.Patience.TotalMilliseconds, 20));
    }

    private static string[] Named(string mark) =>
        [.. Directory.GetDirectories("/proc").Select(directory => Processes.Read($"{directory}/cmdline"))
            .Where(line => line.StartsWith("sleep\0", StringComparison.Ordinal)
                && line.Contains(mark, StringComparison.Ordinal))];

    private static string[] OfUser(int user) =>
        [.. Directory.GetDirectories("/proc").Where(
            directory => Processes.Read($"{directory}/status").Contains(
                $"\nUid:\t{user}\t", StringComparison.Ordinal))];
}
