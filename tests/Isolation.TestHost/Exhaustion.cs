using System.Globalization;
using Isolation.Linux;

namespace Isolation.TestHost;

/// <summary>Launches sandboxes while a resource of this process is exhausted.</summary>
internal static class Exhaustion
{
    private static LinuxSandboxProvider Provider => LinuxSandboxProvider.Default;

    /// <summary>
    /// Gets a command with a sufficient limit of its own and a descriptor for each stream.
    /// </summary>
    private static SandboxCommand Command { get; } = new("/bin/true")
    {
        StandardInput = InputSource.FromText("some input"),
        ResourceLimits = [new ResourceLimit(LimitedResource.OpenFiles, 256)],
    };

    /// <summary>
    /// Tries descriptor limits from zero upwards. Each attempt must either work or report missing descriptors.
    /// </summary>
    internal static async Task DescriptorsAsync(Report report)
    {
        await AttemptBothAsync();
        KeepThreads();
        int highest = Self.HighestDescriptor();
        ulong usual = Native.SetSoftLimit(Native.OpenFiles, 1024);
        int successes = 0;
        for (int limit = 3; limit < highest + 60 && successes < 10; limit++)
        {
            string[] before = Self.Descriptors();
            foreach ((string name, Func<Task> attempt) in Attempts())
            {
                Exception? failure = null;
                Native.SetSoftLimit(Native.OpenFiles, (ulong)limit);
                try
                {
                    await attempt();
                }
                catch (Exception exception)
                {
                    failure = exception;
                }
                finally
                {
                    Native.SetSoftLimit(Native.OpenFiles, usual);
                }

                Tell(report, $"{limit} {name}", failure);
                successes = failure is null ? successes + 1 : 0;
            }

            Self.HasNoMoreThan(before, $"At {limit}");
        }

        await AttemptBothAsync();
    }

    /// <summary>Launches as an ordinary user whose process limit is reached.</summary>
    internal static async Task ProcessesAsync(Report report)
    {
        await AttemptBothAsync();
        KeepThreads();
        ulong usual = Native.SetSoftLimit(Native.Processes, 1);
        List<Exception?> failures = [];
        foreach ((_, Func<Task> attempt) in Attempts())
        {
            failures.Add(await CatchAsync(attempt));
        }

        Native.SetSoftLimit(Native.Processes, usual);
        failures.ForEach(failure => Tell(report, "none", failure));
        await AttemptBothAsync();
    }

    /// <summary>Launches in a cgroup with room for zero, one, two and more additional processes.</summary>
    internal static async Task PidsAsync(Report report, string group)
    {
        await AttemptBothAsync();
        KeepThreads();
        await File.WriteAllTextAsync(
            $"{group}/cgroup.procs", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        string[] before = Self.Descriptors();
        for (int room = 0; room < 6; room++)
        {
            foreach ((string name, Func<Task> attempt) in Attempts())
            {
                int now = int.Parse(await File.ReadAllTextAsync($"{group}/pids.current"), CultureInfo.InvariantCulture);
                await File.WriteAllTextAsync($"{group}/pids.max", (now + room).ToString(CultureInfo.InvariantCulture));
                Exception? failure = await CatchAsync(attempt);
                await File.WriteAllTextAsync($"{group}/pids.max", "max");
                Tell(report, $"{room} {name}", failure);
            }

            Self.HasNoMoreThan(before, $"At {room}");
        }

        await AttemptBothAsync();
    }

    /// <summary>
    /// Starts all threads of the pool in advance, since the runtime aborts if it cannot start one of its threads.
    /// </summary>
    private static void KeepThreads()
    {
        const int Count = 8;
        ThreadPool.SetMinThreads(Count, Count);
        ThreadPool.SetMaxThreads(Count, Count);
        Barrier barrier = new(Count);

        // The calling thread is one of the participants.
        for (int i = 1; i < Count; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static barrier => barrier.SignalAndWait(), barrier, preferLocal: false);
        }

        barrier.SignalAndWait();
    }

    private static (string Name, Func<Task> Attempt)[] Attempts() =>
        [("one-shot", OneShotAsync), ("sandbox", SandboxAsync)];

    private static async Task AttemptBothAsync()
    {
        await OneShotAsync();
        await SandboxAsync();
    }

    private static async Task OneShotAsync() => Check(await Provider.RunAsync(TestSandboxes.Standard, Command));

    private static async Task SandboxAsync()
    {
        await using ISandbox sandbox = await Provider.CreateAsync(TestSandboxes.Standard);
        Check(await sandbox.RunAsync(Command));
        await using ISandboxProcess process = await sandbox.StartAsync(
            Command with
            {
                StandardInput = InputSource.Pipe,
                StandardOutput = OutputTarget.Pipe,
                StandardError = OutputTarget.Pipe,
            });
        Check(await process.WaitForExitAsync());
    }

    private static void Check(SandboxResult result)
    {
        if (!result.IsSuccess)
        {
            throw new InvalidOperationException($"The command ended otherwise: {result}");
        }
    }

    private static async Task<Exception?> CatchAsync(Func<Task> attempt)
    {
        try
        {
            await attempt();
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>Adds a line that begins with "works", "refused" or "wrong".</summary>
    private static void Tell(Report report, string what, Exception? failure) =>
        report.Add(failure switch
        {
            null => $"works {what}",
            SandboxException { ErrorName: not null } known => $"refused {known.ErrorName} {what}: {known.Stage}",
            _ => $"wrong {what}: {failure}",
        });
}
