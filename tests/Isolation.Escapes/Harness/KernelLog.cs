using System.Text;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Harness;

/// <summary>
/// Reads the kernel's log of refused calls from now on. Without the right to read the log, it is empty.
/// </summary>
internal sealed class KernelLog : IDisposable
{
    private const int SeekEnd = 2;
    private readonly int _descriptor = (int)Kernel.openat(
        Kernel.AtFdcwd, "/dev/kmsg", Kernel.ORdonly | Kernel.ONonblock | Kernel.OCloexec);

    internal KernelLog()
    {
        if (_descriptor >= 0)
        {
            Kernel.Invoke(SystemCallTable.Current.Lseek, _descriptor, 0, SeekEnd);
        }
    }

    /// <summary>Returns the number of new lines since the creation of this object.</summary>
    internal int CountNew()
    {
        int count = 0;
        byte[] line = new byte[8192];
        while (_descriptor >= 0)
        {
            long read = Kernel.read(_descriptor, line);
            if (read <= 0)
            {
                break;
            }

            string text = Encoding.UTF8.GetString(line, 0, (int)read);
            count += text.Contains("audit", StringComparison.Ordinal)
                || text.Contains("payload", StringComparison.Ordinal) ? 1 : 0;
        }

        return count;
    }

    public void Dispose()
    {
        if (_descriptor >= 0)
        {
            Kernel.close(_descriptor);
        }
    }
}
