using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 13: tracing other processes, reading their memory and stealing their descriptors.</summary>
internal static class TracingAttacks
{
    private const long PTRACE_SEIZE = 0x4206;
    private const string Yama = "only descendants can be traced (kernel.yama.ptrace_scope)";
    private static readonly string[] Refusals = ["EPERM", "EACCES", "ESRCH", "ENOENT", "ENOSYS", "EBADF", "SIGSYS"];

    internal static IEnumerable<Attack> All()
    {
        yield return Against(
            "trace", "ptrace", static (payload, victim) => payload.Call(
                "ptrace", Calls.Ptrace, PTRACE_SEIZE, victim, 0, 0));
        yield return Against("read the memory of", "process_vm_readv", static (payload, victim) =>
        {
            long local = payload.Words(payload.Room(16), 1);
            payload.Call("process_vm_readv", Calls.ProcessVmReadv, victim, local, 1, payload.Words(8, 1), 1, 0);
        }, passed: "EFAULT");
        yield return Against("duplicate a descriptor of", "pidfd_getfd", static (payload, victim) =>
        {
            long process = payload.Call("pidfd_open", Calls.Common.PidfdOpen, victim, 0);
            payload.Call("pidfd_getfd", Calls.PidfdGetfd, Payload.At(process), 0, 0);
        });
        yield return Against(
            "open the memory of", "open", static (payload, victim) => payload.Open(
                "open", $"/proc/{victim}/mem", Kernel.ORdwr));
        yield return Against(
            "enter the root of", "open", static (payload, victim) => payload.Open(
                "open", $"/proc/{victim}/root/", Kernel.ORdonly));
        yield return Against(
            "open the working directory of", "open", static (payload, victim) => payload.Open(
                "open", $"/proc/{victim}/cwd/", Kernel.ORdonly));
        yield return Against(
            "read the environment of", "read", static (payload, victim) => payload.ReadFile(
                "read", $"/proc/{victim}/environ"));
        yield return Against("change a limit of", "prlimit64", static (payload, victim) =>
            payload.Call(
                "prlimit64", Calls.Common.Prlimit64, victim, (long)LimitedResource.CoreFile, payload.Words(0, 0), 0));
        yield return Against("change the priority of", "setpriority", static (payload, victim) =>
            payload.Call("setpriority", Calls.Common.Setpriority, 0, victim, 19));
        yield return Against("change the CPU affinity of", "sched_setaffinity", static (payload, victim) =>
            payload.Call("sched_setaffinity", Calls.Common.SchedSetaffinity, victim, 8, payload.Words(1)));
        yield return new CallAttack(13, "signal a host process", "kill", static scene =>
        {
            Payload payload = new();
            payload.Call("kill", Calls.Common.Kill, scene.Ground.Victim, 0);
            return payload;
        }, "ESRCH", "EPERM");
        yield return new CallAttack(13, "find a host process", "open", static scene =>
        {
            Payload payload = new();
            payload.Open("open", $"/proc/{scene.Ground.Victim}/cmdline", Kernel.ORdonly);
            return payload;
        }, "ENOENT", "EACCES");
    }

    // If no address of the victim is known, an error after the kernel's permission check counts as success.
    private static CallAttack Against(string what, string call, Action<Payload, int> make, string? passed = null) =>
        new(13, $"{what} the host-side process", call, scene =>
        {
            Payload payload = new();
            make(payload, scene.Victim);
            return payload;
        }, Refusals)
        {
            VoidErrors = { ["EPERM"] = Yama, ["EACCES"] = Yama },
            Judge = (_, run) => run.Describe(call) == passed
                ? Finding.Succeeded($"{call}: {passed}, the kernel let it through")
                : Finding.Of(run, call, Refusals),
        };
}
