using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Attacks;

/// <summary>
/// Classes 15 and 17: parts of the kernel that programs rarely require and that often had vulnerabilities.
/// </summary>
internal static class NestingAttacks
{
    private const long CLONE_NEWUSER = 0x10000000;
    private const long SIGCHLD = 17;

    private static readonly string[] Refusals = ["EPERM", "ENOSYS", "ENOSPC", "SIGSYS"];

    internal static IEnumerable<Attack> All()
    {
        yield return Nesting("unshare", static payload => payload.Call("unshare", Calls.Common.Unshare, CLONE_NEWUSER));
        yield return Nesting(
            "clone", static payload => payload.Call("clone", Calls.Clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0));
        yield return Nesting("clone3", static payload =>
            payload.Call("clone3", Calls.Common.Clone3, payload.Words(CLONE_NEWUSER, 0, 0, 0, SIGCHLD, 0, 0, 0), 64));
        yield return new CallAttack(15, "join the namespaces of the host-side process", "setns", static scene =>
        {
            Payload payload = new();
            long process = payload.Call("pidfd_open", Calls.Common.PidfdOpen, scene.Victim, 0);
            payload.Call("setns", Calls.Common.Setns, Payload.At(process), 0x20000);
            return payload;
        }, "EPERM", "ENOSYS", "ESRCH", "EBADF", "SIGSYS")
        {
            VoidErrors = { ["EPERM"] = "root only" },
        };
        yield return new CallAttack(17, "create an io_uring", "io_uring_setup", static _ =>
        {
            Payload payload = new();
            payload.Call("io_uring_setup", Calls.IoUringSetup, 8, payload.Room(120));
            return payload;
        }, "EPERM", "ENOSYS", "EACCES", "SIGSYS")
        {
            VoidErrors = { ["EPERM"] = "switched off (kernel.io_uring_disabled)", ["ENOSYS"] = "this kernel has none" },
        };
    }

    private static CallAttack Nesting(string call, Action<Payload> make) =>
        new(15, $"create a user namespace with {call}", call, _ =>
        {
            Payload payload = new();
            make(payload);
            return payload;
        }, Refusals)
        {
            VoidErrors = { ["EPERM"] = "not allowed on this host", ["ENOSPC"] = "not allowed on this host" },
        };
}
