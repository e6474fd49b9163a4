using System.Diagnostics;
using Isolation.Linux;
using Isolation.TestHost;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Launches from many threads at once, while the rest of the process is busy.</summary>
public sealed class ConcurrentLaunchTests
{
    private const int Launchers = 64;
    private const int Rounds = 4;

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Launches_from_64_threads_while_garbage_is_made_and_collected()
    {
        (await LinuxSandboxProvider.Default.RunAsync(TestSandboxes.Standard, new SandboxCommand("/bin/true")))
            .EnsureSuccess();
        HostState before = HostState.Capture();
        using CancellationTokenSource end = new();
        Thread[] busy = [.. Enumerable.Range(0, 3).Select(number => StartThread(() => MakeGarbage(number, end.Token)))];
        using Barrier together = new(Launchers);
        List<Exception> failures = [];
        Thread[] launchers = [.. Enumerable.Range(0, Launchers).Select(number => StartThread(() =>
        {
            try
            {
                together.SignalAndWait();
                for (int round = 0; round < Rounds; round++)
                {
                    Launch((number + round) % 256, round % 2 == 0);
                }
            }
            catch (Exception exception)
            {
                lock (failures)
                {
                    failures.Add(exception);
                }
            }
        }))];

        foreach (Thread launcher in launchers)
        {
            launcher.Join();
        }

        await end.CancelAsync();
        foreach (Thread thread in busy)
        {
            thread.Join();
        }

        Assert.That(failures, Is.Empty);
        // A joined thread may still be on its way out of the kernel.
        Assert.That(
            () => HostState.Capture(collect: false).Threads,
            Has.Length.LessThanOrEqualTo(before.Threads.Length).After((int)Processes.Patience.TotalMilliseconds, 5));

        // The runtime keeps what it made for more threads at once: code, stacks, arenas.
        HostState.Capture().HasNothingMoreThan(before, 6 * Launchers);
    }

    // Both wait for children of this process; neither may take the other's.
    [Test]
    public async Task Processes_of_the_same_host_keep_their_exit_codes()
    {
        const int Codes = 256;
        string[] wrong = await Task.Run(async () =>
        {
            Task<string?>[] checks =
            [
                .. Enumerable.Range(0, 2).Select(_ => Task.Run(() => Repeat(4 * Codes, RunProcess))),
                .. Enumerable.Range(0, 2).Select(
                    _ => Task.Run(() => Repeat(2 * Codes, code => RunSandbox(code).GetAwaiter().GetResult()))),
            ];
            return (await Task.WhenAll(checks)).OfType<string>().ToArray();
        });

        Assert.That(wrong, Is.Empty);
    }

    // A pidfd, a socket or a mount that belonged to a thread would end with it.
    [Test]
    public async Task A_sandbox_outlives_the_thread_that_started_it()
    {
        ISandbox? sandbox = null;
        ISandboxProcess? process = null;
        Task<SandboxResult>? oneShot = null;
        Exception? failure = null;
        Thread thread = StartThread(() =>
        {
            try
            {
                sandbox = LinuxSandboxProvider.Default.CreateAsync(TestSandboxes.Standard).GetAwaiter().GetResult();
                process = sandbox.StartAsync(
                    new SandboxCommand("/bin/cat")
                    {
                        StandardInput = InputSource.Pipe,
                        StandardOutput = OutputTarget.Pipe,
                    })
                    .GetAwaiter().GetResult();
                oneShot = LinuxSandboxProvider.Default.RunAsync(
                    TestSandboxes.Standard,
                    TestSandboxes.Shell("read line; echo $line") with
                    {
                        StandardInput = InputSource.FromText("late\n"),
                    });
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Join();
        Assert.That(failure, Is.Null);

        // A joined thread may still be on its way out of the kernel. It is gone when its directory is.
        process!.StandardInput!.WriteByte(65);
        await process.StandardInput.FlushAsync();
        Assert.That(process.StandardOutput!.ReadByte(), Is.EqualTo(65));
        Assert.That((await oneShot!).StandardOutput.Text, Is.EqualTo("late\n"));
        (await sandbox!.RunAsync(new SandboxCommand("/bin/true"))).EnsureSuccess();
        await process.DisposeAsync();
        await sandbox.DisposeAsync();
    }

    private static void Launch(int code, bool oneShot)
    {
        SandboxCommand command = TestSandboxes.Shell($"echo {code}; exit {code}");
        SandboxResult result = oneShot
            ? LinuxSandboxProvider.Default.RunAsync(TestSandboxes.Standard, command).GetAwaiter().GetResult()
            : InSandbox(command).GetAwaiter().GetResult();
        if (result.ExitCode != code || result.StandardOutput.Text != $"{code}\n")
        {
            throw new InvalidOperationException($"Not {code}: {result}, {result.StandardOutput.Text}");
        }
    }

    private static async Task<SandboxResult> InSandbox(SandboxCommand command)
    {
        await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(TestSandboxes.Standard);
        return await sandbox.RunAsync(command);
    }

    private static string? Repeat(int count, Func<int, int> run)
    {
        for (int i = 0; i < count; i++)
        {
            int code = i % 256;
            int found = run(code);
            if (found != code)
            {
                return $"{run.Method.Name}: {found} instead of {code}";
            }
        }

        return null;
    }

    private static int RunProcess(int code)
    {
        using Process process = Process.Start("/bin/sh", ["-c", $"exit {code}"]);
        process.WaitForExit();
        return process.ExitCode;
    }

    private static async Task<int> RunSandbox(int code) =>
        (await LinuxSandboxProvider.Default.RunAsync(
            TestSandboxes.Standard, TestSandboxes.Shell($"exit {code}"))).ExitCode ?? -1;

    /// <summary>Objects of all sizes and ages, and collections of all generations.</summary>
    private static void MakeGarbage(int number, CancellationToken end)
    {
        for (int round = 0; !end.IsCancellationRequested; round++)
        {
            byte[][] garbage = [.. Enumerable.Range(1, 50).Select(
                size => new byte[size * (round % 5 == 0 ? 4000 : 200)])];
            GC.KeepAlive(garbage);
            if (round % 20 == number)
            {
                GC.Collect(round % 3, GCCollectionMode.Forced, blocking: true, compacting: true);
            }
        }
    }

    private static Thread StartThread(ThreadStart work)
    {
        Thread thread = new(work);
        thread.Start();
        return thread;
    }
}
