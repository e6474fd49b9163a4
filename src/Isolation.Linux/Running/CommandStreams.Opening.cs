using System.IO.Pipes;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Running;

/// <summary>How the two ends of each stream are made.</summary>
internal sealed partial class CommandStreams
{
    /// <summary>A pipe takes this much without a reader unless the user has too many pipes already.</summary>
    private const int PipeCapacity = 64 << 10;

    private void Pass(int number, int descriptor)
    {
        int position = _passed.IndexOf(descriptor);
        if (position < 0)
        {
            position = _passed.Count;
            _passed.Add(descriptor);
        }

        _descriptors.Add(new PassedDescriptor(number, position));
    }

    private void PassOwned(int number, int descriptor)
    {
        _owned.Add(descriptor);
        Pass(number, descriptor);
    }

    private void OpenTerminal(CommandTerminal terminal, bool isMadeInside)
    {
        Terminal = isMadeInside ? HostTerminal.Expect(terminal, _total, out int payloadEnd) : HostTerminal.Make(terminal, _total, out payloadEnd);
        PassOwned(0, payloadEnd);
        if (!isMadeInside)
        {
            GiveToPayload(payloadEnd);
        }

        Pass(1, payloadEnd);
        Pass(2, payloadEnd);
    }

    private void OpenInput()
    {
        switch (_command.StandardInput)
        {
            case NullInput:
                Pass(0, NullDevice.Descriptor);
                break;
            case InheritedInput:
                Pass(0, 0);
                break;
            case FileInput file:
                PassOwned(0, HostFile.Open(file.Path, Kernel.ORdonly));
                break;
            case BytesInput bytes:
                PassOwned(0, Hold(bytes.Bytes.Span));
                GiveToPayload(_owned[^1]);
                break;
            case StreamInput or PipeInput:
                Errors.Check(Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec), "make a pipe for standard input", null, StepKind.MakePipe);
                PassOwned(0, reader);
                GiveToPayload(reader);
                AnonymousPipeClientStream pipe = new(PipeDirection.Out, new SafePipeHandle(writer, true));
                Input = _command.StandardInput is PipeInput ? new LiveStream(pipe, pipe.SafePipeHandle, _total) : pipe;
                break;
        }
    }

    private (LiveStream? Live, OutputPump? Pump) OpenOutput(OutputTarget target, int number)
    {
        switch (target)
        {
            case NullOutput:
                Pass(number, NullDevice.Descriptor);
                return default;
            case InheritedOutput:
                Pass(number, number);
                return default;
            case FileOutput file:
                PassOwned(number, HostFile.Open(file.Path, Kernel.OWronly | Kernel.OCreat | Kernel.OTrunc));
                return default;
            default:
                Errors.Check(Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec), "make a pipe for the output", null, StepKind.MakePipe);
                PassOwned(number, writer);
                GiveToPayload(writer);
                if (target is not PipeOutput)
                {
                    return (null, new OutputPump(reader, target, _total));
                }

                AnonymousPipeClientStream pipe = new(PipeDirection.In, new SafePipeHandle(reader, true));
                return (new LiveStream(pipe, pipe.SafePipeHandle, _total), null);
        }
    }

    /// <summary>Who does not own a pipe cannot open it again by a name such as /dev/stdout, which many programs do.</summary>
    private void GiveToPayload(int descriptor)
    {
        if (_owner is { } owner)
        {
            Kernel.fchown(descriptor, owner.User, owner.Group);
        }
    }

    private (LiveStream? Live, OutputPump? Pump) Merge()
    {
        int position = _descriptors.Find(descriptor => descriptor.Number == 1).Position;
        _descriptors.Add(new PassedDescriptor(2, position));
        return default;
    }

    /// <summary>A descriptor from which the bytes can be read, with nobody left to write them.</summary>
    private static int Hold(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= PipeCapacity)
        {
            Errors.Check(Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec | Kernel.ONonblock), "make a pipe for standard input", null, StepKind.MakePipe);
            long written = Kernel.write(writer, bytes);
            Kernel.close(writer);
            if (written == bytes.Length && Kernel.fcntl(reader, Kernel.FSetfl, 0) >= 0)
            {
                return reader;
            }

            Kernel.close(reader);
        }

        return MemoryFile.Create("standard input", bytes);
    }
}
