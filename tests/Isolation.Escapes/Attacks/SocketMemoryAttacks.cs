using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 29: memory in socket buffers, which cgroup v1 accounts separately from other memory.</summary>
internal static class SocketMemoryAttacks
{
    private const long MemoryLimit = 32L << 20;
    private const int Sockets = 120;
    private const int DatagramsForEach = 6;
    private const int DatagramSize = 60_000;
    private const int DoNotWait = 0x40;

    internal static IEnumerable<Attack> All()
    {
        yield return new ScriptedAttack(
            29, "exceed the memory limit with unread datagrams", BareAsync, InsideAsync);
    }

    private static async Task<Finding> BareAsync(Ground ground) =>
        Finding.Of(await ground.RunBareAsync(Fill()), "received");

    private static async Task<Finding> InsideAsync(Ground ground, Tier tier)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Finding.Void("memory limits require root or a delegated cgroup");
        }

        await using Cell cell = await ground.OpenAsync(
            tier, static builder => builder.WithLimits(static limits => limits.Memory(MemoryLimit)));
        PayloadRun run = await cell.RunAsync(Fill());
        return run.Succeeded("socket") ? Finding.Of(run, "received", "EAGAIN", nameof(SandboxOutcome.MemoryExceeded))
            : Finding.Of(run, "socket", "EPERM");
    }

    /// <summary>
    /// Sends to one socket after another and checks whether the last one holds its data; the sockets then hold 43 MB.
    /// </summary>
    private static Payload Fill()
    {
        const int SocketLevel = 1, ReceiveBuffer = 8;
        byte[] loopback = [Kernel.AfInet, 0, 0, 0, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        Payload payload = new();
        long any = payload.Bytes(loopback), bound = payload.Room(16), size = payload.Words(16);
        long room = payload.Words(1 << 20);
        long datagram = payload.Map(1 << 16);
        long sender = payload.Call("socket", Calls.Common.Socket, Kernel.AfInet, Kernel.SockDgram, 0);
        payload.StopIfRefused(sender);
        long receiver = payload.Words(0);
        payload.Repeat(Sockets, () =>
        {
            long made = payload.Quiet(Calls.Common.Socket, Kernel.AfInet, Kernel.SockDgram, 0);
            payload.Quiet(Calls.Setsockopt, Payload.At(made), SocketLevel, ReceiveBuffer, room, 4);
            payload.Quiet(Calls.Bind, Payload.At(made), any, 16);
            payload.Put(size, 16);
            payload.Quiet(Calls.Getsockname, Payload.At(made), bound, size);
            payload.Repeat(DatagramsForEach, () =>
                payload.Quiet(Calls.Common.Sendto, Payload.At(sender), datagram, DatagramSize, DoNotWait, bound, 16));
            payload.Copy(made, receiver);
        });
        payload.Call("received", Calls.Recvfrom, Payload.At(receiver), 0, 0, DoNotWait, 0, 0);
        return payload;
    }
}
