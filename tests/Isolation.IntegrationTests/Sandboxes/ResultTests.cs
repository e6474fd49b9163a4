using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Sandboxes;

public sealed class ResultTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Every_exit_code_is_told()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        for (int code = 0; code < 256; code++)
        {
            SandboxResult result = await sandbox.RunAsync(Guest.Shell($"exit {code}"));
            Assert.That(
                (result.Outcome, result.ExitCode, result.Signal),
                Is.EqualTo((SandboxOutcome.Completed, (int?)code, (UnixSignal?)null)));
        }
    }

    [Test]
    public async Task Every_signal_that_ends_a_command_is_told()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        UnixSignal[] harmless = [UnixSignal.SIGCHLD, UnixSignal.SIGCONT, UnixSignal.SIGSTOP, UnixSignal.SIGTSTP,
            UnixSignal.SIGTTIN, UnixSignal.SIGTTOU, UnixSignal.SIGURG, UnixSignal.SIGWINCH];
        foreach (UnixSignal signal in Enum.GetValues<UnixSignal>().Except(harmless))
        {
            SandboxResult result = await sandbox.RunAsync(Guest.Shell($"kill -{(int)signal} $$"));
            Assert.That(
                (result.Outcome, result.ExitCode, result.Signal),
                Is.EqualTo((SandboxOutcome.Signaled, (int?)null, (UnixSignal?)signal)));
        }
    }

    [Test]
    public async Task CPU_time_is_that_of_the_command_and_of_what_it_waited_for()
    {
        SandboxResult result = await Specification.RunAsync(
            "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sh -c 'i=0; while [ $i -lt 300000 ]; do "
            + "i=$((i+1)); done'");

        Assert.Multiple(() =>
        {
            Assert.That(result.UserCpuTime, Is.GreaterThan(TimeSpan.FromMilliseconds(20)));
            Assert.That(
                result.UserCpuTime + result.SystemCpuTime,
                Is.LessThan(result.WallTime * Environment.ProcessorCount + TimeSpan.FromMilliseconds(50)));
        });
    }

    [Test]
    public async Task The_wall_time_is_from_start_to_end()
    {
        SandboxResult result = await Guest.Provider.RunAsync(Specification, new SandboxCommand("/bin/sleep", "0.2"));

        Assert.That(result.WallTime, Is.InRange(TimeSpan.FromSeconds(0.2), TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task The_peak_of_memory_is_the_command_s_and_not_the_host_s()
    {
        Guest.RequirePython();
        byte[] ballast = new byte[300 << 20];
        ballast.AsSpan().Fill(1);

        SandboxResult small = await Specification.RunAsync("true");
        SandboxResult large = await Guest.Provider.RunAsync(
            Specification, Guest.Python("b = bytearray(100 << 20)\nfor i in range(0, len(b), 4096): b[i] = 1"));

        Assert.Multiple(() =>
        {
            Assert.That(small.PeakMemory, Is.InRange(1, 20 << 20));
            Assert.That(large.PeakMemory, Is.InRange(100 << 20, 150 << 20));
        });
        GC.KeepAlive(ballast);
    }

    [Test]
    public async Task A_failure_can_be_made_an_exception()
    {
        SandboxResult result = await Specification.RunAsync("echo wrong >&2; exit 3");

        Assert.That(
            result.EnsureSuccess,
            Throws.InstanceOf<SandboxCommandFailedException>().With.Message.Contains(
                "3").And.Message.Contains("wrong"));
    }

    [Test]
    public async Task Other_processes_of_the_host_keep_their_exit_codes()
    {
        Task[] tasks = [.. Enumerable.Range(0, 40).Select(i => Task.Run(async () =>
        {
            if (i % 2 == 0)
            {
                SandboxResult result = await Specification.RunAsync($"exit {i}");
                Assert.That(result.ExitCode, Is.EqualTo(i));
            }
            else
            {
                using System.Diagnostics.Process process = System.Diagnostics.Process.Start(
                    "/bin/sh", ["-c", $"exit {i}"]);
                await process.WaitForExitAsync();
                Assert.That(process.ExitCode, Is.EqualTo(i));
            }
        }))];

        await Task.WhenAll(tasks);
    }
}
