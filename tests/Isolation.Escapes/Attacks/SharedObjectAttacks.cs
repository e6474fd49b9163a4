using System.Text;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 18: one sandbox leaves a named object, and another one looks for it.</summary>
internal static class SharedObjectAttacks
{
    private const long IPC_CREAT = 0x200;
    private const long KEYCTL_SEARCH = 10;
    private const long UserKeyring = -4;

    internal static IEnumerable<Attack> All()
    {
        yield return SystemV(
            "shared memory", (payload, key, flags) => payload.Call("use", Calls.Shmget, key, 4096, flags), Calls.Shmget,
            Calls.Shmctl);
        yield return SystemV(
            "semaphores", (payload, key, flags) => payload.Call("use", Calls.Semget, key, 1, flags), Calls.Semget,
            Calls.Semctl);
        yield return SystemV(
            "message queue", (payload, key, flags) => payload.Call("use", Calls.Msgget, key, flags), Calls.Msgget,
            Calls.Msgctl);
        yield return new PairAttack("a POSIX message queue",
            (payload, ground) =>
                payload.Call("use", Calls.MqOpen, payload.Text(Name(ground)), Kernel.OCreat | Kernel.ORdwr, 0x1B6, 0),
            (payload, ground) => payload.Call("use", Calls.MqOpen, payload.Text(Name(ground)), Kernel.ORdonly, 0, 0),
            "ENOENT", "EACCES", "ENOSYS", "EPERM", "SIGSYS")
        {
            CleanUp = static ground => Unlink(ground),
        };
        yield return new PairAttack("a file in /dev/shm",
            (payload, ground) => payload.Open("use", "/dev/shm/" + Name(ground), Kernel.OCreat | Kernel.ORdwr),
            (payload, ground) => payload.Open("use", "/dev/shm/" + Name(ground), Kernel.ORdonly),
            "ENOENT", "EACCES")
        {
            CleanUp = static ground => File.Delete("/dev/shm/" + Name(ground)),
        };
        yield return new PairAttack("a file in /tmp",
            (payload, ground) => payload.Open("use", "/tmp/" + Name(ground) + "-file", Kernel.OCreat | Kernel.ORdwr),
            (payload, ground) => payload.Open("use", "/tmp/" + Name(ground) + "-file", Kernel.ORdonly),
            "ENOENT", "EACCES")
        {
            CleanUp = static ground => File.Delete("/tmp/" + Name(ground) + "-file"),
        };
        yield return new PairAttack(
            "an abstract socket", Listen, Connect, "ECONNREFUSED", "EPERM", "EACCES", "EAFNOSUPPORT",
            "ENOSYS", "SIGSYS");
        yield return new HostKeyringAttack();
        yield return Keyring("user keyring", UserKeyring);
        yield return new PairAttack("a lock on a shared file",
            (payload, ground) => Lock(payload, ground), (payload, ground) => Lock(payload, ground), "no")
        {
            // A refused lock reveals that the other process holds it; an acquired lock reveals nothing.
            Judge = static run => run.Describe("use") is "EAGAIN"
                ? Finding.Succeeded("EAGAIN: the lock of the other is seen")
                : run.Succeeded("use") ? Finding.Held("the lock of the other is not seen")
                : Finding.Held(run.Describe("use")),
            Open = static _ =>
                "a file bound into two sandboxes can be locked in both, even if it is read-only",
        };
    }

    private static PairAttack SystemV(string name, Action<Payload, long, long> use, int get, int control) =>
        new($"System V {name}",
            (payload, ground) => use(payload, Key(ground), IPC_CREAT | 0x1B6),
            (payload, ground) => use(payload, Key(ground), 0),
            "ENOENT", "ENOSYS", "EPERM", "EACCES", "SIGSYS")
        {
            CleanUp = ground =>
            {
                long id = get == Calls.Msgget
                    ? Kernel.Invoke(get, Key(ground), 0)
                    : Kernel.Invoke(get, Key(ground), 0, 0);
                if (id >= 0)
                {
                    // semctl(2) takes IPC_RMID as the third argument.
                    _ = control == Calls.Semctl ? Kernel.Invoke(control, id, 0, 0) : Kernel.Invoke(control, id, 0);
                }
            },
        };

    private static PairAttack Keyring(string name, long keyring) =>
        new($"a key in the {name}",
            (payload, ground) =>
                payload.Call(
                    "use", Calls.AddKey, payload.Text("user"), payload.Text(Name(ground)), payload.Text("x"),
                    1, keyring),
            (payload, ground) =>
                payload.Call(
                    "use", Calls.Keyctl, KEYCTL_SEARCH, keyring, payload.Text("user"), payload.Text(Name(ground)), 0),
            "ENOKEY", "ENOSYS", "EPERM", "EACCES", "SIGSYS");

    private static void Listen(Payload payload, Ground ground)
    {
        byte[] address = Address(ground);
        long socket = payload.Call("socket", Calls.Common.Socket, Kernel.AfUnix, Kernel.SockStream, 0);
        payload.Quiet(Calls.Bind, Payload.At(socket), payload.Bytes(address), address.Length);
        payload.Call("use", Calls.Listen, Payload.At(socket), 8);
    }

    private static void Connect(Payload payload, Ground ground)
    {
        byte[] address = Address(ground);
        long socket = payload.Call("socket", Calls.Common.Socket, Kernel.AfUnix, Kernel.SockStream, 0);
        payload.Call("use", Calls.Connect, Payload.At(socket), payload.Bytes(address), address.Length);
    }

    private static void Lock(Payload payload, Ground ground)
    {
        const int ExclusiveAtOnce = 2 | 4;
        string path = Path.Combine(ground.Programs, "locked");
        if (!File.Exists(path))
        {
            File.WriteAllText(path, "");
        }

        long file = payload.Open("open", path, Kernel.ORdonly);
        payload.Call("use", Calls.Flock, Payload.At(file), ExclusiveAtOnce);
    }

    private static byte[] Address(Ground ground) =>
        [Kernel.AfUnix, 0, 0, .. Encoding.UTF8.GetBytes(Name(ground) + "-pair")];

    private static string Name(Ground ground) => ground.Canaries.AbstractName;

    private static long Key(Ground ground) => StringHash(Name(ground));

    private static long StringHash(string text) =>
        text.Aggregate(17L, static (hash, character) => ((hash * 31) + character) & 0x7FFFFFF) | 1;

    private static unsafe void Unlink(Ground ground)
    {
        fixed (byte* name = Encoding.UTF8.GetBytes(Name(ground) + "\0"))
        {
            Kernel.Invoke(Calls.MqUnlink, (long)name);
        }
    }
}
