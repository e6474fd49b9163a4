namespace Isolation.Linux.Running;

/// <summary>Signals to commands, and their end.</summary>
internal sealed partial class LinuxSandbox
{
    private static readonly TimeSpan KillPatience = TimeSpan.FromSeconds(5);

    /// <summary>Sends a signal to the command's own process, if init has not reaped it.</summary>
    internal void Signal(int entry, int signal) => SendSafely(ControlPrograms.Signal(entry, signal));

    /// <summary>Kills a command with all that it started.</summary>
    internal void KillTree(RunningCommand command)
    {
        // An init that does not answer is held up by the kernel, or by what the payload did to it. Its end is theirs.
        DeadlineQueue.Deadline lastResort = Deadlines.Add(KillPatience, _connection, static connection => connection.Kill());
        _ = command.Exited.ContinueWith(
            static (_, deadline) => ((DeadlineQueue.Deadline)deadline!).Dispose(), lastResort, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        lock (_sending)
        {
            // No other command can be started between the count and the message.
            if ((_setup.OwnsProcesses || _setup.InitEndsAll) && IsOnly())
            {
                SendSafely(ControlPrograms.KillAll());
                if (_groups is { IsFrozen: true })
                {
                    _groups.Kill();
                }

                return;
            }
        }

        _ = KillByDescentAsync(command);
    }

    /// <summary>The CPU time of a command so far, with what its process took before it became the payload.</summary>
    internal TimeSpan ReadCpuTime(RunningCommand command) =>
        command.Group?.ReadCpuTime() ?? (command.OwnsSandbox ? ProcessCpuTime.ReadAll(ProcessId) : ProcessCpuTime.ReadCommand(ProcessId, command.Id));

    private bool IsOnly()
    {
        lock (_gate)
        {
            return _entries.Count <= 1;
        }
    }

    /// <summary>Kills a command beside others, once it is known which process it is.</summary>
    private async Task KillByDescentAsync(RunningCommand command)
    {
        await command.Started.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!command.Exited.IsCompleted)
        {
            if (command.Group?.TryKill() != true)
            {
                ProcessTree.KillCommand(ProcessId, command.Id);
            }

            SendSafely(ControlPrograms.KillGroup(command.Entry));
        }
    }

    private void SendSafely(ReadOnlySpan<byte> program)
    {
        try
        {
            _connection.Send(program, default, default);
        }
        catch (Exception exception) when (exception is SandboxException or ObjectDisposedException)
        {
            // Init has ended; so has everything that the program was for.
        }
    }
}
