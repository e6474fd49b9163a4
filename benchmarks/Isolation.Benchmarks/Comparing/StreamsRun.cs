using System.Diagnostics;
using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures the speed of output and the cost of idle runs.</summary>
internal static class StreamsRun
{
    internal const string Redirected = "Process with redirected output";
    internal const string RedirectedSession = "the same, in a session of its own";
    internal const string Captured = "Isolation, captured";
    internal const string Read = "Isolation, read through a pipe";
    internal const string WithRuns = "with live runs";
    internal const string WithoutRuns = "without";

    private const int Bytes = 64 << 20;
    private const int LiveRuns = 50;

    internal static async Task<StreamFigures> RunAsync(BenchmarkRoot root, CompareOptions options)
    {
        await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(Subject.Specification(root.Path));
        string inside = root.AddData("output", Bytes);
        SandboxCommand command = new("/bin/cat", inside)
        {
            StandardOutput = OutputTarget.Capture(Bytes),
            StandardError = OutputTarget.Null,
        };
        Contestant[] contestants =
        [
            FromCleanHeap(Redirected, () => ReadProcessAsync(root.ProgramPath("cat"), root.Path + inside)),
            FromCleanHeap(
                RedirectedSession, () => ReadProcessAsync(
                    root.ProgramPath("setsid"), root.ProgramPath("cat"), root.Path + inside)),
            FromCleanHeap(
                Captured, async () => Check(
                    (await sandbox.RunAsync(command)).EnsureSuccess().StandardOutput.Bytes.Length)),
            FromCleanHeap(Read, () => ReadPipeAsync(sandbox, command with { StandardOutput = OutputTarget.Pipe })),
        ];
        List<Series> runs = await InterleavedRun.RunAsync(
            contestants, options.OutputRounds, Math.Min(options.WarmUps, 5));
        return new StreamFigures(Bytes, runs, LiveRuns, await IdleAsync(sandbox, options));
    }

    /// <summary>Creates a contestant that starts after a collection, so that it does not inherit a used heap.</summary>
    private static Contestant FromCleanHeap(string name, Func<Task> run) => Contestant.Here(name, run, GC.Collect);

    private static async Task ReadProcessAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        using MemoryStream all = new();
        await process.StandardOutput.BaseStream.CopyToAsync(all);
        await process.WaitForExitAsync();
        Check(all.Length);
    }

    private static async Task ReadPipeAsync(ISandbox sandbox, SandboxCommand command)
    {
        await using ISandboxProcess process = await sandbox.StartAsync(command);
        using MemoryStream all = new();
        await process.StandardOutput!.CopyToAsync(all);
        (await process.WaitForExitAsync()).EnsureSuccess();
        Check(all.Length);
    }

    private static void Check(long length)
    {
        if (length != Bytes)
        {
            throw new InvalidOperationException($"Received {length} bytes instead of {Bytes}.");
        }
    }

    private static async Task<List<Series>> IdleAsync(ISandbox sandbox, CompareOptions options)
    {
        double[] with = new double[options.IdleSeconds], without = new double[options.IdleSeconds];
        for (int second = 0; second < options.IdleSeconds; second++)
        {
            without[second] = await IdleSecondAsync();
            ISandboxProcess[] processes = await Task.WhenAll(
                Enumerable.Range(0, LiveRuns).Select(number => sandbox.StartAsync(Idle(number))));
            Task[] readers = [.. processes.Select(ListenAsync)];
            with[second] = await IdleSecondAsync();
            foreach (ISandboxProcess process in processes)
            {
                await process.DisposeAsync();
            }

            await Task.WhenAll(readers);
        }

        return [new Series(WithRuns, with), new Series(WithoutRuns, without)];
    }

    /// <summary>Creates an idle command with distant time limits; together they cover all kinds of streams.</summary>
    private static SandboxCommand Idle(int number)
    {
        SandboxCommand command = new("/bin/sleep", "1000000")
        {
            WallTime = TimeSpan.FromHours(1),
            CpuTime = TimeSpan.FromHours(1),
        };
        return (number % 3) switch
        {
            0 => command,
            1 =>
                command with
                {
                    StandardInput = InputSource.Pipe,
                    StandardOutput = OutputTarget.Pipe,
                    StandardError = OutputTarget.Pipe,
                },
            _ => command with { Terminal = new CommandTerminal() },
        };
    }

    private static async Task ListenAsync(ISandboxProcess process)
    {
        if (process.Terminal is { } terminal)
        {
            await terminal.Stream.CopyToAsync(Stream.Null).ContinueWith(static _ => { }, TaskScheduler.Default);
        }
        else if (process.StandardOutput is not null)
        {
            await foreach (OutputLine _ in process.ReadLinesAsync())
            {
            }
        }
    }

    private static async Task<double> IdleSecondAsync()
    {
        // Excludes work left over from starting the commands.
        GC.Collect();
        await Task.Delay(TimeSpan.FromMilliseconds(500));
        TimeSpan before = Environment.CpuUsage.TotalTime;
        long begin = Stopwatch.GetTimestamp();
        await Task.Delay(TimeSpan.FromSeconds(1));
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds / Stopwatch.GetElapsedTime(
            begin).TotalSeconds;
    }
}
