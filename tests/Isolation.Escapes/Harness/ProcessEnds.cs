using System.Runtime.InteropServices;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Harness;

/// <summary>
/// Waits for the end of processes that are not children, with descriptors that stay valid if the ids are reused.
/// </summary>
internal sealed class ProcessEnds : IDisposable
{
    private readonly int[] _descriptors;

    internal ProcessEnds(IEnumerable<int> processes) =>
        _descriptors = [.. processes.Select(process => (int)Kernel.Invoke(Calls.Common.PidfdOpen, process, 0))
            .Where(descriptor => descriptor >= 0)];

    internal bool Wait(TimeSpan patience) => Array.TrueForAll(_descriptors, descriptor => Wait(descriptor, patience));

    public void Dispose() => Array.ForEach(_descriptors, static descriptor => Kernel.close(descriptor));

    private static unsafe bool Wait(int descriptor, TimeSpan patience)
    {
        Poll poll = new() { Descriptor = descriptor, Events = Kernel.Pollin };
        long* time = stackalloc long[2] { (long)patience.TotalSeconds, 0 };
        return Kernel.Invoke(Calls.Common.Ppoll, (long)&poll, 1, (long)time, 0, 0) == 1;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
