using System.Runtime.InteropServices;

namespace Isolation.Linux.Tests.Programs;

/// <summary>Represents callable code in memory that is never writable.</summary>
internal sealed unsafe class ExecutableCode : IDisposable
{
    private readonly nint _address;
    private readonly nint _length;

    public ExecutableCode(ReadOnlySpan<byte> code)
    {
        int fd = TestNative.SealedFile(code);
        _length = code.Length;
        const int ReadAndExecute = TestNative.PROT_READ | TestNative.PROT_EXEC;
        _address = TestNative.mmap(0, _length, ReadAndExecute, TestNative.MAP_SHARED, fd, 0);
        int error = Marshal.GetLastPInvokeError();
        _ = TestNative.close(fd);
        if (_address == TestNative.MAP_FAILED)
        {
            throw new InvalidOperationException($"The code cannot be mapped: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    public long Call(long argument) => ((delegate* unmanaged<long, long>)_address)(argument);

    public void Dispose() => _ = TestNative.munmap(_address, _length);
}
