using System.Buffers;
using System.IO.Pipes;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running;

/// <summary>The host's end of an output of a command: read by the application, or copied into memory or a stream.</summary>
internal sealed class OutputPump : IDisposable
{
    private const int BufferSize = 16 << 10;

    private readonly int _descriptor;
    private readonly OutputTarget _target;
    private readonly CancellationTokenSource _end = new();
    private readonly ArrayBufferWriter<byte>? _captured;
    private bool _isTruncated;
    private Action? _exceeded;
    private Task? _pump;

    internal OutputPump(int descriptor, OutputTarget target)
    {
        _descriptor = descriptor;
        _target = target;
        Stream = new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(descriptor, true));
        _captured = target is CapturedOutput ? new ArrayBufferWriter<byte>() : null;
    }

    /// <summary>The pipe; the application's if it asked for it.</summary>
    internal Stream Stream { get; }

    internal bool IsForApplication => _target is PipeOutput;

    internal CapturedText Captured => _captured is { } captured && (captured.WrittenCount > 0 || _isTruncated)
        ? new CapturedText(captured.WrittenMemory, _isTruncated)
        : CapturedText.Empty;

    internal void Start(Action exceeded)
    {
        _exceeded = exceeded;
        if (!IsForApplication)
        {
            _pump = PumpAsync();
        }
    }

    /// <summary>Called when the command has ended: what is in the pipe is taken, what others may still write is not waited for.</summary>
    internal async ValueTask FinishAsync()
    {
        if (_pump is not { } pump)
        {
            return;
        }

        if (!pump.IsCompleted && !HasNoWriter())
        {
            await _end.CancelAsync().ConfigureAwait(false);
        }

        try
        {
            await pump.ConfigureAwait(false);
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        Stream.Dispose();
        _end.Dispose();
    }

    private bool HasNoWriter() => (Kernel.poll(_descriptor) & Kernel.Pollhup) != 0;

    private async Task PumpAsync()
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            int count;
            while ((count = await Stream.ReadAsync(buffer, _end.Token).ConfigureAwait(false)) > 0)
            {
                await TakeAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            await DrainAsync(buffer).ConfigureAwait(false);
        }
        catch
        {
            // Nobody takes the output any more: the command would wait for ever with a full pipe.
            _exceeded?.Invoke();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Takes what is in the pipe without waiting for more; at most what fits into a pipe, so that a writer cannot hold it up.</summary>
    private async Task DrainAsync(byte[] buffer)
    {
        const int LargestPipe = 1 << 20;
        for (int total = 0; total < LargestPipe;)
        {
            if ((Kernel.poll(_descriptor) & Kernel.Pollin) == 0)
            {
                return;
            }

            int count = (int)Kernel.read(_descriptor, buffer);
            if (count <= 0)
            {
                return;
            }

            total += count;
            await TakeAsync(buffer.AsMemory(0, count)).ConfigureAwait(false);
        }
    }

    private ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        if (_target is StreamOutput output)
        {
            return output.Stream.WriteAsync(bytes, CancellationToken.None);
        }

        int room = ((CapturedOutput)_target).Limit - _captured!.WrittenCount;
        _captured.Write(bytes.Span[..Math.Min(room, bytes.Length)]);
        if (bytes.Length > room && !_isTruncated)
        {
            _isTruncated = true;
            _exceeded?.Invoke();
        }

        return ValueTask.CompletedTask;
    }
}
