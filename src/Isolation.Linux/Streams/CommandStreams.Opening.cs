using System.IO.Pipes;
using Isolation.Linux.Errors;
using Isolation.Linux.Files;
using Isolation.Linux.Interop;
using Isolation.Linux.Landlock;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Streams;

/// <summary>Opens both ends of each stream.</summary>
internal sealed partial class CommandStreams
{
    /// <summary>The default pipe capacity, in bytes. The kernel lowers it for users with too many pipes.</summary>
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
        Terminal = isMadeInside
            ? HostTerminal.Expect(terminal, _total, out int payloadEnd)
            : HostTerminal.Make(terminal, _total, out payloadEnd);
        PassOwned(0, payloadEnd);
        if (!isMadeInside)
        {
            GiveToPayload(payloadEnd);
            AllowAgain(payloadEnd);
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
                AllowAgain(0);
                break;
            case FileInput file:
                OpenInputFile(file);
                break;
            case BytesInput bytes:
                PassOwned(0, Hold(bytes.Bytes.Span));
                GiveToPayload(_owned[^1]);
                break;
            case StreamInput or PipeInput:
                _inputSource = (_command.StandardInput as StreamInput)?.Stream;
                OpenInputPipe();
                break;
        }
    }

    private void OpenInputPipe()
    {
        SandboxErrors.Check(
            Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec), "make a pipe for standard input", null,
            StepKind.MakePipe);
        PassOwned(0, reader);
        GiveToPayload(reader);
        AnonymousPipeClientStream pipe = new(PipeDirection.Out, new SafePipeHandle(writer, true));
        Input = _command.StandardInput is PipeInput ? new CommandPipeStream(pipe, pipe.SafePipeHandle, _total) : pipe;
    }

    private void OpenInputFile(FileInput input)
    {
        InputFile file = InputFile.Open(input, _payload);
        if (file.Way == InputFileWay.Pumped)
        {
            _inputSource = new FileStream(
                new SafeFileHandle(file.Descriptor, ownsHandle: true), FileAccess.Read, bufferSize: 0);
            OpenInputPipe();
            return;
        }

        PassOwned(0, file.Descriptor);
        if (file.Way == InputFileWay.Passed)
        {
            AllowAgain(file.Descriptor);
        }
    }

    private (CommandPipeStream? Live, OutputPump? Pump) OpenOutput(OutputTarget target, int number)
    {
        switch (target)
        {
            case NullOutput:
                Pass(number, NullDevice.Descriptor);
                return default;
            case InheritedOutput:
                Pass(number, number);
                AllowAgain(number);
                return default;
            case FileOutput file:
                return (null, OpenOutputFile(file.Path, number));
            case PipeOutput:
                AnonymousPipeClientStream pipe = new(
                    PipeDirection.In, new SafePipeHandle(OpenOutputPipe(number), true));
                return (new CommandPipeStream(pipe, pipe.SafePipeHandle, _total), null);
            default:
                return (null, new OutputPump(OpenOutputPipe(number), target, _total));
        }
    }

    /// <summary>Opens a pipe and returns its read end.</summary>
    private int OpenOutputPipe(int number)
    {
        SandboxErrors.Check(
            Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec), "make a pipe for the output", null,
            StepKind.MakePipe);
        PassOwned(number, writer);
        GiveToPayload(writer);
        return reader;
    }

    /// <summary>
    /// Opens an output file. The application writes regular files itself: a payload could reopen such a file only as
    /// its owner, and would then overwrite its beginning. Devices and named pipes are passed to the payload.
    /// </summary>
    private OutputPump? OpenOutputFile(string path, int number)
    {
        int descriptor = HostFile.Open(path, Kernel.OWronly | Kernel.OCreat | Kernel.OTrunc);
        if (Kernel.statx(descriptor, out FileStatus status) >= 0 && status.Type == Kernel.RegularFile)
        {
            OutputFile file = new(
                new SafeFileHandle(descriptor, ownsHandle: true), path, LimitOf(LimitedResource.FileSize));
            try
            {
                return new OutputPump(OpenOutputPipe(number), file, _total);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }

        PassOwned(number, descriptor);
        AllowAgain(descriptor);
        return null;
    }

    private long LimitOf(LimitedResource resource)
    {
        foreach (ResourceLimit limit in _command.ResourceLimits.AsSpan())
        {
            if (limit.Resource == resource)
            {
                return (long)Math.Min(limit.Soft, long.MaxValue);
            }
        }

        return long.MaxValue;
    }

    /// <summary>
    /// Adds the access of the descriptor to the Landlock rules, so that reopening it by a name such as /dev/stdin
    /// works.
    /// </summary>
    private void AllowAgain(int descriptor)
    {
        if (_payload.IsRestricted
            && StreamAccess.Of(descriptor) is not LandlockFileAccess.None and LandlockFileAccess access)
        {
            _files.Add(new StreamAccess(_passed.IndexOf(descriptor), access));
        }
    }

    /// <summary>
    /// Makes the payload the owner of a pipe. Only the owner can reopen a pipe by a name such as /dev/stdout, as many
    /// programs do.
    /// </summary>
    private void GiveToPayload(int descriptor)
    {
        if (_payload.GivenFiles is { } owner)
        {
            Kernel.fchown(descriptor, owner.User, owner.Group);
        }
    }

    private (CommandPipeStream? Live, OutputPump? Pump) Merge()
    {
        int position = _descriptors.Find(descriptor => descriptor.Number == 1).Position;
        _descriptors.Add(new PassedDescriptor(2, position));
        return default;
    }

    /// <summary>Returns a descriptor from which the bytes can be read, without a writer at the other end.</summary>
    private static int Hold(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= PipeCapacity)
        {
            SandboxErrors.Check(
                Kernel.pipe2(out int reader, out int writer, Kernel.OCloexec | Kernel.ONonblock),
                "make a pipe for standard input", null, StepKind.MakePipe);
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
