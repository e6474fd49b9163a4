using Isolation.Plugins;
using PluginHost.Contracts;
using Spectre.Console;

namespace PluginHost;

/// <summary>Runs all attempts of the hostile plug-in and shows the results.</summary>
internal static class HostileActs
{
    private const int Lines = 20_000;

    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(30);

    public static async Task ShowAsync(PluginDirectory directory, MessageCounter log, Verdicts verdicts)
    {
        Screen.Heading("A hostile plug-in");
        using Witness witness = new();
        await using Plugin<IHostilePlugin> hostile = await directory.StartAsync<IHostilePlugin>("Hostile", spares: 1);
        Table table = Screen.Table("attempt", "result", "");
        foreach (Attempt attempt in All(witness, log))
        {
            (bool isDone, bool isEnded, string what) = await TryAsync(hostile, attempt, witness.Target);
            bool holds = attempt.IsUnharmed() && !what.Contains(witness.Secret, StringComparison.Ordinal)
                && attempt.Expectation switch
                {
                    Expectation.MayDo => isDone,
                    Expectation.IsRefused => !isDone && !isEnded,
                    Expectation.IsEnded => !isDone && isEnded,
                    _ => !isDone,
                };
            string good = isDone ? "allowed" : isEnded ? "ended" : "refused";
            table.Row(verdicts.Note($"{attempt.Title}: {what}", holds, good), attempt.Title, what);
        }

        AnsiConsole.Write(table);
        AnsiConsole.MarkupLineInterpolated($"The log contains {log.CountOf(4200)} lines of the plug-in.");
    }

    private static IEnumerable<Attempt> All(Witness witness, MessageCounter log)
    {
        yield return new("own-files", "write and read a file in its /tmp", Expectation.MayDo);
        yield return new("own-program", "start a program in its sandbox", Expectation.MayDo);
        yield return new("granted-call", "read a document through a granted interface", Expectation.MayDo);

        yield return new("secret-file", "read a secret file of the host", Expectation.IsRefused);
        yield return new("passwords", "read /etc/shadow", Expectation.IsRefused);
        yield return new("homes", "list home directories", Expectation.IsRefused);
        yield return new("own-directory", "change its own program", Expectation.IsRefused);
        yield return new("system", "change /usr/bin/sh", Expectation.IsRefused);
        yield return new("device", "read memory or disks through devices", Expectation.IsRefused);

        yield return new(
            "host-port", "connect to a port of the host",
            Expectation.IsRefused)
        { IsUnharmed = () => witness.HasNoVisitor };
        yield return new("internet", "connect to the internet", Expectation.IsRefused);
        yield return new(
            "host-socket", "connect to an abstract socket of the host",
            Expectation.IsRefused)
        { IsUnharmed = () => witness.HasNoVisitor };
        yield return new("raw-packets", "read packets from the wire", Expectation.IsRefused);

        yield return new("see-processes", "see other processes", Expectation.IsRefused);
        yield return new("kill-host", "kill the application", Expectation.IsRefused);
        yield return new("kill-all", "kill the first process of its sandbox", Expectation.IsRefused);
        yield return new("trace", "trace the application", Expectation.IsRefused);
        yield return new("memory-of-host", "read the memory of the application", Expectation.IsRefused);

        yield return new("become-root", "become root", Expectation.IsRefused);
        yield return new("mount", "mount a file system", Expectation.IsRefused);
        yield return new("namespace", "create a user namespace", Expectation.IsRefused);
        yield return new("leave-root", "change its root directory", Expectation.IsRefused);

        yield return new("secret-call", "call an interface that is not granted", Expectation.IsRefused);
        yield return new(
            "flood-log", "flood the application's log", Expectation.MayDo)
        { IsUnharmed = () => IsThinned(log) };
        yield return new(
            "flood-output", "flood its standard output", Expectation.MayDo)
        { IsUnharmed = () => IsThinned(log) };
        yield return new("huge-message", "send a message of 64 MiB", Expectation.IsRefusedOrEnded);
        yield return new("forged-message", "announce a message of 4 GiB", Expectation.IsEnded);

        yield return new("memory", "allocate 8 GiB of memory", Expectation.IsRefusedOrEnded);
        yield return new("threads", "start 10,000 threads", Expectation.IsRefusedOrEnded);
        yield return new("loop", "loop forever", Expectation.IsEnded) { Deadline = TimeSpan.FromSeconds(1) };
    }

    private static bool IsThinned(MessageCounter log) => log.Forged == 0 && log.CountOf(4200) < Lines / 2;

    private static async Task<(bool IsDone, bool IsEnded, string What)> TryAsync(
        Plugin<IHostilePlugin> hostile, Attempt attempt, Target target)
    {
        TaskCompletionSource<PluginFailure> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void Watch(object? sender, PluginStateChangedEventArgs change)
        {
            if (change is { Previous: PluginState.Ready, Failure: { } failure })
            {
                ended.TrySetResult(failure);
            }
        }

        hostile.StateChanged += Watch;
        try
        {
            string result = await hostile.CallAsync(
                (plugin, token) => plugin.TryAsync(attempt.Name, target, token), attempt.Deadline);
            return (true, false, result.Length > 100 ? $"{result.Length} characters" : result.Replace('\n', ' '));
        }
        catch (PluginCallException exception)
        {
            return (false, false, exception.Message);
        }
        catch (PluginUnavailableException exception)
        {
            return (false, true, exception.Failure?.Message ?? exception.Message);
        }
        catch (TimeoutException)
        {
            // The plug-in is killed because it does not react to the cancellation.
            await Task.WhenAny(ended.Task, Task.Delay(KillPatience));
            return ended.Task.IsCompleted
                ? (false, true, (await ended.Task).Message)
                : (false, false, $"not killed within {KillPatience}");
        }
        finally
        {
            hostile.StateChanged -= Watch;
        }
    }
}
