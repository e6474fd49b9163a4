using System.Diagnostics;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 19: endless forks, signals to all processes, and processes that outlive their command.</summary>
internal static class ProcessAttacks
{
    private const int SIGKILL = 9;
    private const int SIGSTOP = 19;
    private const int Forks = 64;
    private const int Allowed = 16;

    internal static IEnumerable<Attack> All()
    {
        yield return new ScriptedAttack(19, "fork endlessly", ForkBareAsync, ForkInsideAsync);
        yield return new ScriptedAttack(19, "kill all processes", KillAllBareAsync, KillAllInsideAsync);
        yield return new ScriptedAttack(19, "outlive the command as a daemon", DaemonBareAsync, DaemonInsideAsync);
        yield return new ScriptedAttack(
            19, "outlast the time limit by stopping itself", StopBareAsync, StopInsideAsync);
        yield return new ScriptedAttack(19, "stop the host-side process", StopHostBareAsync, StopHostInsideAsync);
    }

    private static async Task<Finding> ForkBareAsync(Ground ground) =>
        Finding.Of(await ground.RunBareAsync(Forking(TimeSpan.FromMilliseconds(300))), "last");

    private static async Task<Finding> ForkInsideAsync(Ground ground, Tier tier)
    {
        // Uses a cgroup if the host supports it, otherwise the kernel's limit for the user.
        bool hasGroups = Environment.IsPrivilegedProcess;
        await using Cell cell = await ground.OpenAsync(
            tier, builder => hasGroups ? builder.WithLimits(static limits => limits.Processes(Allowed)) : builder);
        PayloadRun run = await cell.RunAsync(Forking(TimeSpan.FromMilliseconds(300)), command => hasGroups
            ? command
            : command with { ResourceLimits = [new ResourceLimit(LimitedResource.Processes, Allowed)] });
        return Finding.Of(run, "last", "EAGAIN", "ProcessesExceeded");
    }

    private static Payload Forking(TimeSpan life)
    {
        Payload payload = new();
        long time = payload.Words(0, life.Ticks * 100);
        for (int i = 0; i < Forks - 1; i++)
        {
            Fork(payload, time);
        }

        // The last fork reports its result.
        payload.Call("last", Node.Subtract, Payload.At(Fork(payload, time)), 0);
        return payload;
    }

    private static long Fork(Payload payload, long time) => payload.Fork(() =>
    {
        payload.Quiet(Calls.Common.Close, 1);
        payload.Quiet(Calls.Common.Ppoll, 0, 0, time, 0, 0);
    });

    private static async Task<Finding> KillAllBareAsync(Ground ground)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return Finding.Void("it would kill every process of the user; only root can try it as another user");
        }

        Process victim = ground.StartAs(Ground.NobodyElse, "sleep", Ground.VictimArgument);
        Payload payload = new();
        payload.Call("kill", Calls.Common.Kill, -1, SIGKILL);
        await ground.RunBareAsync(
            payload, "setpriv", Ground.AsUser(Ground.NobodyElse, ground.Install(payload.Image())));
        bool ended = victim.WaitForExit(Ground.Patience);
        return Finding.If(ended, "another process of the user ended", "it lives");
    }

    private static async Task<Finding> KillAllInsideAsync(Ground ground, Tier tier)
    {
        if (!tier.HasProcesses)
        {
            return await SignalAllAsync(ground, tier);
        }

        await using Cell cell = await ground.OpenAsync(tier);
        await using Cell other = await ground.OpenAsync(tier);
        Payload waiting = new();
        waiting.Call("begun", Calls.Getpid);
        waiting.Pause();
        await using ISandboxProcess neighbour = await other.StartAsync(
            waiting, static command => command with { StandardOutput = OutputTarget.Pipe });
        await neighbour.StandardOutput!.ReadExactlyAsync(new byte[Payload.RecordSize]);

        Payload payload = new();
        payload.Call("kill", Calls.Common.Kill, -1, SIGKILL);
        PayloadRun run = await cell.RunAsync(payload);

        bool isWell = await cell.IsUsableAsync() && await other.IsUsableAsync()
            && !neighbour.WaitForExitAsync().IsCompleted;
        return Finding.If(
            !isWell, "something ended that it must not reach",
            $"{run.Describe("kill")}: no process outside the command ended");
    }

    // Signal 0 only checks whether any process is in reach; another signal could end every process of the machine.
    private static async Task<Finding> SignalAllAsync(Ground ground, Tier tier)
    {
        await using Cell cell = await ground.OpenAsync(tier);
        Payload payload = new();
        payload.Call("kill", Calls.Common.Kill, -1, 0);
        return Finding.Of(await cell.RunAsync(payload), "kill", "EPERM", "ESRCH");
    }

    private static async Task<Finding> DaemonBareAsync(Ground ground)
    {
        Payload payload = Daemon();
        string program = ground.Install(payload.Image());
        await ground.RunBareAsync(payload, program);
        int[] left = Ground.ProcessesWith(program);
        foreach (int process in left)
        {
            Kernel.Invoke(Calls.Common.Kill, process, SIGKILL);
        }

        return Finding.If(left.Length > 0, "it keeps running", "nothing is left");
    }

    private static async Task<Finding> DaemonInsideAsync(Ground ground, Tier tier)
    {
        Payload payload = Daemon();
        string program = ground.Install(payload.Image());
        Cell cell = await ground.OpenAsync(tier);
        await using (cell)
        {
            await cell.Sandbox.RunAsync(new SandboxCommand(program) { WallTime = Ground.Patience });
        }

        int[] left = Ground.ProcessesWith(program);
        return Finding.If(left.Length > 0, "it keeps running", "nothing is left");
    }

    private static Payload Daemon()
    {
        Payload payload = new();
        long first = payload.Fork(() =>
        {
            payload.Quiet(Calls.Common.Setsid);
            payload.Fork(() =>
            {
                payload.Quiet(Calls.Common.Close, 0);
                payload.Quiet(Calls.Common.Close, 1);
                payload.Quiet(Calls.Common.Close, 2);
                payload.Pause();
            });
        });
        payload.Wait(first);
        return payload;
    }

    private static async Task<Finding> StopBareAsync(Ground ground)
    {
        Process process = ground.StartBare(Stopping());
        await process.StandardOutput.BaseStream.ReadExactlyAsync(new byte[Payload.RecordSize]);
        for (long begin = Stopwatch.GetTimestamp(); Ground.ProcessState(process.Id) != 'T';)
        {
            if (Stopwatch.GetElapsedTime(begin) > Ground.Patience)
            {
                return Finding.Unclear($"it is in state {Ground.ProcessState(process.Id)}");
            }

            await Task.Yield();
        }

        return Finding.Succeeded("it is stopped forever");
    }

    private static async Task<Finding> StopInsideAsync(Ground ground, Tier tier)
    {
        await using Cell cell = await ground.OpenAsync(tier);
        PayloadRun run = await cell.RunAsync(
            Stopping(), static command => command with { WallTime = TimeSpan.FromMilliseconds(200) });
        return run.Ending == nameof(SandboxOutcome.WallTimeExceeded)
            ? Finding.Held(run.Ending)
            : Finding.Unclear($"{run}");
    }

    private static Payload Stopping()
    {
        Payload payload = new();
        long own = payload.Call("getpid", Calls.Getpid);
        payload.Quiet(Calls.Common.Kill, Payload.At(own), SIGSTOP);
        return payload;
    }

    private static async Task<Finding> StopHostBareAsync(Ground ground)
    {
        Payload payload = new();
        payload.Call("kill", Calls.Common.Kill, ground.Victim, SIGSTOP);
        return Finding.Of(await ground.RunBareAsync(payload), "kill");
    }

    private static async Task<Finding> StopHostInsideAsync(Ground ground, Tier tier)
    {
        await using Cell cell = await ground.OpenAsync(tier);
        Payload payload = new();
        payload.Call("kill", Calls.Common.Kill, cell.InitProcess, SIGSTOP);
        PayloadRun run = await cell.RunAsync(payload);

        bool goesOn = await cell.IsUsableAsync();
        char state = Ground.ProcessState(cell.Sandbox.ProcessId);
        return Finding.If(!goesOn || state is 'T', "it is stopped", $"{run.Describe("kill")}: it keeps running");
    }
}
