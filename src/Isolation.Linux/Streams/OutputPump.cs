using System.Buffers;
using System.IO.Pipes;
using CommunityToolkit.HighPerformance.Buffers;
using Isolation.Linux.Interop;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Streams;

/// <summary>Copies an output of a command from the application's end into memory, a stream or a file.</summary>
internal sealed class OutputPump : IDisposable
{
    /// <summary>The initial buffer size, in bytes. Many commands write little or nothing; others get more.</summary>
    private const int FirstSize = 4 << 10;

    /// <summary>The largest buffer size, in bytes: the default capacity of a pipe.</summary>
    private const int LargestSize = 64 << 10;

    private readonly int _descriptor;
    private readonly StreamOutput? _target;
    private readonly OutputFile? _file;
    private readonly long _limit;
    private readonly OutputTotal _total;
    private readonly AnonymousPipeClientStream _pipe;
    private readonly CancellationTokenSource _end = new();

    private ArrayPoolBufferWriter<byte>? _captured;
    private byte[]? _rented;
    private bool _isReadInPlace;
    private int _size = FirstSize;
    private long _passed;
    private Action? _exceeded;
    private Task? _pump;

    internal OutputPump(int descriptor, OutputTarget target, OutputTotal total)
        : this(
            descriptor, target is CapturedOutput captured ? captured.Limit : (target as StreamOutput)?.Limit
            ?? long.MaxValue, total) =>
        _target = target as StreamOutput;

    internal OutputPump(int descriptor, OutputFile file, OutputTotal total)
        : this(descriptor, file.Limit, total) => _file = file;

    private OutputPump(int descriptor, long limit, OutputTotal total)
    {
        _descriptor = descriptor;
        _limit = limit;
        _total = total;
        _pipe = new AnonymousPipeClientStream(PipeDirection.In, new SafePipeHandle(descriptor, true));
    }

    /// <summary>Gets whether the output exceeded its limit. The excess is dropped.</summary>
    internal bool IsExceeded { get; private set; }

    private bool IsPassedOn => _target is not null || _file is not null;

    internal CapturedText Captured { get; private set; } = CapturedText.Empty;

    internal void Start(Action exceeded)
    {
        _exceeded = exceeded;
        _pump = PumpAsync();
    }

    /// <summary>
    /// Finishes after the command has ended: reads what is in the pipe, and does not wait for other writers.
    /// </summary>
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
            if (_target is not null)
            {
                // Text can end within a line or a character, which the stream holds back.
                await _target.Stream.FlushAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            Keep();
            Dispose();
        }
    }

    public void Dispose()
    {
        _pipe.Dispose();
        _end.Dispose();
        _file?.Dispose();
    }

    /// <summary>
    /// Copies the captured output into an array of the exact size. The buffers are pooled.
    /// </summary>
    private void Keep()
    {
        if (_captured is not null || (IsExceeded && !IsPassedOn))
        {
            Captured = new CapturedText(_captured is null ? default : _captured.WrittenSpan.ToArray(), IsExceeded);
        }

        _captured?.Dispose();
        _captured = null;
    }

    private bool HasNoWriter() => (Kernel.poll(_descriptor) & Kernel.Pollhup) != 0;

    private async Task PumpAsync()
    {
        try
        {
            int count;
            do
            {
                Memory<byte> room = Room();
                count = await _pipe.ReadAsync(room, _end.Token).ConfigureAwait(false);
                await TakeAsync(room[..count]).ConfigureAwait(false);
                if (count == room.Length)
                {
                    _size = LargestSize;
                }
            }
            while (count > 0);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            await DrainAsync().ConfigureAwait(false);
        }
        catch
        {
            // With a full pipe and no reader, the command would block forever.
            _exceeded?.Invoke();
            throw;
        }
        finally
        {
            ReturnRented();
        }
    }

    /// <summary>
    /// Reads what is in the pipe without waiting for more, up to the capacity of a pipe, so that a writer cannot delay
    /// the end.
    /// </summary>
    private async Task DrainAsync()
    {
        const int LargestPipe = 1 << 20;
        for (int total = 0; total < LargestPipe;)
        {
            if ((Kernel.poll(_descriptor) & Kernel.Pollin) == 0)
            {
                return;
            }

            Memory<byte> room = Room();
            int count = (int)Kernel.read(_descriptor, room.Span);
            if (count <= 0)
            {
                return;
            }

            total += count;
            await TakeAsync(room[..count]).ConfigureAwait(false);
        }
    }

    /// <summary>Gets the buffer for the next bytes.</summary>
    private Memory<byte> Room()
    {
        // With enough free capacity, reading in place avoids a copy. The buffer grows only when bytes have arrived,
        // because the next read most often returns the end of the stream.
        _isReadInPlace = !IsExceeded && _captured?.FreeCapacity >= FirstSize;
        if (_isReadInPlace)
        {
            return _captured!.GetMemory();
        }

        if (_rented?.Length < _size)
        {
            ReturnRented();
        }

        return _rented ??= ArrayPool<byte>.Shared.Rent(_size);
    }

    private async ValueTask TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        int allowed = (int)Math.Min(_total.Take(bytes.Length), _limit - _passed);
        _passed += allowed;
        if (_isReadInPlace)
        {
            _captured!.Advance(allowed);
        }
        else if (allowed > 0 && !IsPassedOn)
        {
            _captured ??= new ArrayPoolBufferWriter<byte>(FirstSize);
            _captured.Write(bytes.Span[..allowed]);
        }
        else if (_file is not null)
        {
            _file.Write(bytes.Span[..allowed]);
        }
        else if (allowed > 0)
        {
            await _target!.Stream.WriteAsync(bytes[..allowed], CancellationToken.None).ConfigureAwait(false);
        }

        if (allowed < bytes.Length && !IsExceeded)
        {
            IsExceeded = true;
            _exceeded?.Invoke();
        }
    }

    private void ReturnRented()
    {
        if (_rented is { } rented)
        {
            _rented = null;
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}
