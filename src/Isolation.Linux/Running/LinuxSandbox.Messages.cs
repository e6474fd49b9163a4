using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Setup;

namespace Isolation.Linux.Running;

/// <summary>What init tells, and what it means for the sandbox and its commands.</summary>
internal sealed partial class LinuxSandbox
{
    private async Task ReceiveAsync()
    {
        SandboxException? fault = null;
        try
        {
            int length;
            while ((length = await _connection.ReceiveAsync(_message).ConfigureAwait(false)) > 0)
            {
                await HandleAsync(length).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Nobody hears init any more, so whoever waits for it has to be told, and what runs has to end.
            fault = new SandboxException("The host could not handle what the sandbox told it, and ended the sandbox.", exception);
            _connection.Kill();
        }

        _ready.TrySetException(fault ?? new SandboxException("The sandbox's first process ended while it was set up: it was killed from outside."));
        RunningCommand[] running;
        lock (_gate)
        {
            running = [.. _entries.Running];
        }

        foreach (RunningCommand command in running)
        {
            await command.OnSandboxEndedAsync(fault).ConfigureAwait(false);
        }
    }

    private ValueTask HandleAsync(int length)
    {
        ReadOnlySpan<long> words = MemoryMarshal.Cast<byte, long>(_message.AsSpan(0, length));
        switch ((InitMessage)words[0])
        {
            case InitMessage.Ready:
                _ready.TrySetResult(SandboxReports.Read(_setup, words[1..]));
                return default;
            case InitMessage.Started:
                Find((int)words[1])?.OnStarted((int)words[2]);
                return default;
            case InitMessage.Failed when words[1] == FailureMessage.SetupToken:
                return FailSetupAsync((int)words[2], (int)-words[3]);
            case InitMessage.DescriptorsMissing:
                return FailAsync(Errors.Create("receive the descriptors that the host passes", null, Errno.EMFILE));
            case InitMessage.Failed:
                return End((int)words[1])?.OnFailedAsync((int)words[2], (int)-words[3]) ?? default;
            default:
                return End((int)words[1])?.OnExitedAsync(MemoryMarshal.Read<ExitReport>(_message)) ?? default;
        }
    }

    private async ValueTask FailSetupAsync(int step, int error)
    {
        ProgramStep failed = _setup.Steps[step - 1];
        await FailAsync(Errors.Create(failed, error)).ConfigureAwait(false);
    }

    private async ValueTask FailAsync(SandboxException exception)
    {
        _ready.TrySetException(exception);
        RunningCommand? command;
        lock (_gate)
        {
            command = _entries.Running.FirstOrDefault();
        }

        if (command is not null)
        {
            await command.FailAsync(exception).ConfigureAwait(false);
        }
    }

    private RunningCommand? Find(int entry)
    {
        lock (_gate)
        {
            return _entries.Find(entry);
        }
    }

    private RunningCommand? End(int entry)
    {
        lock (_gate)
        {
            RunningCommand? command = _entries.Find(entry);
            if (command is not null)
            {
                _entries.Release(entry);
            }

            return command;
        }
    }
}
