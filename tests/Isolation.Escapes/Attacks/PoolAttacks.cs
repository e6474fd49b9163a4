using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 28: exhaustion of kernel resources that all users, or all processes of one user, share.</summary>
internal static class PoolAttacks
{
    private const int Letters = 26;
    private const int LockedBytes = 128 << 10;
    private const string Alone =
        "without a user namespace, all processes of a user share one pool; the host's own share is larger";

    internal static IEnumerable<Attack> All()
    {
        yield return new PoolAttack("timers and pending signals", 256,
            static (payload, _, name) =>
                Do(payload, name, Calls.TimerCreate, Kernel.ClockMonotonic, 0, payload.Room(8)), "EAGAIN")
        {
            Open = static tier => tier.HasUsers ? null : Alone,
        };
        yield return new PoolAttack("pseudo-terminals", 64,
            static (payload, _, name) =>
                Do(payload, name, Calls.Common.Openat, Kernel.AtFdcwd, payload.Text("/dev/ptmx"), Kernel.ORdwr),
            "ENOSPC", "EACCES")
        {
            VoidErrors = { ["ENOENT"] = "the host has none", ["EIO"] = "the host has none left" },
        };
        yield return new PoolAttack("inotify instances", 32,
            static (payload, _, name) => Do(payload, name, Calls.InotifyInit1, 0), "EMFILE", "EPERM")
        {
            VoidErrors = { ["EMFILE"] = "the host's user has none left" },
        };
        yield return new PoolAttack("asynchronous I/O contexts", 0,
            static (payload, _, name) => Do(payload, name, Calls.IoSetup, 1, payload.Room(8)), "ENOSYS")
        {
            VoidErrors = { ["ENOSYS"] = "this kernel has none", ["EAGAIN"] = "the host has none left" },
        };
        yield return new PoolAttack("message queue memory", 3, Queue, "EMFILE", "EPERM", "EACCES")
        {
            VoidErrors = { ["EMFILE"] = "the host's user has none left", ["ENOSYS"] = "this kernel has none" },
        };
        yield return new PoolAttack("open files", 4096,
            static (payload, _, name) => Do(payload, name, Calls.Dup, 1), "EMFILE")
        {
            Prepare = static payload =>
            {
                // Raises the limit as far as permitted; the hard limit of a sandbox may be lower.
                payload.Quiet(Calls.Common.Prlimit64, 0, (long)LimitedResource.OpenFiles, payload.Words(4096, 4096), 0);
                payload.Quiet(Calls.Common.Prlimit64, 0, (long)LimitedResource.OpenFiles, payload.Words(8192, 8192), 0);
            },
            VoidErrors = { ["EMFILE"] = "the host's own limit is as low" },
        };
        yield return new CallAttack(
            28, "exceed the share of locked memory", "mlock", static _ => LockMemory(), "ENOMEM")
        {
            VoidErrors =
            {
                ["ENOMEM"] = "the host's own limit is as low",
                ["EPERM"] = "not allowed on this host",
            },
        };
        yield return EmptyFiles("/tmp");
        yield return EmptyFiles("/dev/shm");
    }

    private static void Do(Payload payload, string? name, int call, params ReadOnlySpan<Value> arguments)
    {
        if (name is null)
        {
            payload.Quiet(call, arguments);
        }
        else
        {
            payload.Call(name, call, arguments);
        }
    }

    // Creates a queue of 10 messages of 8 KiB and removes its name, so that the queue ends with its process.
    private static void Queue(Payload payload, Scene scene, string? name)
    {
        long path = payload.Text(scene.Ground.Canaries.AbstractName + "-pool");
        Do(payload, name, Calls.MqOpen, path, Kernel.OCreat | Kernel.ORdwr, 0x1B6, 0);
        payload.Quiet(Calls.MqUnlink, path);
    }

    private static Payload LockMemory()
    {
        Payload payload = new();
        payload.Call("mlock", Calls.Mlock, payload.Map(LockedBytes), LockedBytes);
        return payload;
    }

    /// <summary>
    /// Creates empty files, which use kernel memory but do not count toward the size of a file system.
    /// </summary>
    private static CallAttack EmptyFiles(string directory) =>
        new(28, $"create empty files endlessly in {directory}", "mkdir", scene =>
        {
            Payload payload = new();
            payload.Quiet(Calls.Common.Chdir, payload.Text(scene.IsBare ? scene.Ground.Shared : directory));
            payload.Call("start", Calls.Common.Mkdirat, Kernel.AtFdcwd, payload.Text("start"), 0x1FF);
            Nest(payload, 3);
            payload.Call("mkdir", Calls.Common.Mkdirat, Kernel.AtFdcwd, payload.Text("end"), 0x1FF);
            return payload;
        }, "ENOSPC", "EACCES", "ENOENT")
        {
            // The attack has no target if /dev/shm does not exist or is not writable.
            Judge = static (_, run) => Finding.Of(
                run, run.Succeeded("start") ? "mkdir" : "start", "ENOSPC", "EACCES", "ENOENT", "EROFS"),
        };

    // Creates three nested levels of 26 directories with single-letter names.
    private static void Nest(Payload payload, int depth)
    {
        long name = payload.Words('A');
        payload.Put(name, 'A');
        payload.Repeat(Letters, () =>
        {
            payload.Quiet(Calls.Common.Mkdirat, Kernel.AtFdcwd, name, 0x1FF);
            if (depth > 1)
            {
                payload.Quiet(Calls.Common.Chdir, name);
                Nest(payload, depth - 1);
                payload.Quiet(Calls.Common.Chdir, payload.Text(".."));
            }

            payload.Increment(name);
        });
    }
}
