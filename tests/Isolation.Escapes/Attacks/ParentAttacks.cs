using System.Diagnostics;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Classes 19 and 20: the application is killed, or its thread that started the payload ends.</summary>
internal static class ParentAttacks
{
    private const int SIGKILL = 9;

    internal static IEnumerable<Attack> All()
    {
        yield return new ScriptedAttack(19, "keep running after the application is killed",
            static ground => HostKilledBareAsync(ground, "exec", Lasting()),
            static (ground, tier) => HostKilledInsideAsync(ground, tier, Lasting()));
        yield return new ScriptedAttack(
            20, "clear the parent-death signal and keep running after the application is killed",
            static ground => HostKilledBareAsync(ground, "exec setpriv --pdeathsig KILL", Undying()),
            static (ground, tier) => HostKilledInsideAsync(ground, tier, Undying()));
        yield return new ScriptedAttack(
            20, "end a sandbox by ending the thread that started it", ThreadBareAsync, ThreadInsideAsync);
    }

    private static async Task<Finding> HostKilledBareAsync(Ground ground, string way, Payload payload)
    {
        string program = ground.Install(payload.Image());
        using Process host = Process.Start(
            new ProcessStartInfo("sh", ["-c", $"({way} {program}) & wait"]) { RedirectStandardOutput = true })!;
        await host.StandardOutput.BaseStream.ReadExactlyAsync(new byte[Payload.RecordSize]);
        host.Kill();
        await host.WaitForExitAsync();
        int[] left = Ground.ProcessesWith(program);
        foreach (int process in left)
        {
            Kernel.Invoke(Calls.Common.Kill, process, SIGKILL);
        }

        return Finding.If(left.Length > 0, "it keeps running", "nothing is left");
    }

    private static async Task<Finding> HostKilledInsideAsync(Ground ground, Tier tier, Payload payload)
    {
        string program = ground.Install(payload.Image());
        ProcessStartInfo start = HostedSandbox.Start(tier, ground.Programs, program);
        using Process host = Process.Start(start)!;
        byte[] told = new byte[Payload.RecordSize];
        if (await host.StandardOutput.BaseStream.ReadAtLeastAsync(told, told.Length, throwOnEndOfStream: false).AsTask()
            .WaitAsync(Ground.Patience) < told.Length)
        {
            return Finding.Unclear("the host did not get as far");
        }

        int[] running = Ground.ProcessesWith(program).Where(process => process != host.Id).ToArray();
        using ProcessEnds ends = new(running);
        host.Kill();
        await host.WaitForExitAsync();
        return running.Length == 0 ? Finding.Unclear("the payload was not found while it ran")
            : Finding.If(!ends.Wait(Ground.Patience), "it keeps running", "nothing is left");
    }

    private static Payload Lasting()
    {
        Payload payload = new();
        payload.Call("begun", Calls.Getpid);
        payload.Pause();
        return payload;
    }

    private static Payload Undying()
    {
        const int SIGTERM = 15;
        Payload payload = new();
        payload.Quiet(Calls.Common.Prctl, Kernel.PrSetPdeathsig, 0, 0, 0, 0);
        payload.Quiet(Calls.Common.Setsid);
        // The handler address 1 is SIG_IGN, so the payload ignores the signal.
        payload.Quiet(Calls.Common.RtSigaction, SIGTERM, payload.Words(1, 0, 0, 0), 0, 8);
        payload.Call("begun", Calls.Getpid);
        payload.Pause();
        return payload;
    }

    private static Task<Finding> ThreadBareAsync(Ground ground) => Task.Run(() =>
    {
        Process process = OwnThread.Run(() =>
        {
            Process started = Process.Start("setpriv", ["--pdeathsig", "KILL", "sleep", Ground.VictimArgument]);

            // Waits until the payload has requested the signal.
            Ground.WaitForProgram(started, "sleep");
            return started;
        });
        using (process)
        {
            bool ended = process.WaitForExit(TimeSpan.FromSeconds(2));
            if (!ended)
            {
                process.Kill();
            }

            return ended
                ? Finding.Succeeded("it ended with the thread")
                : Finding.Void("the runtime starts processes on a thread that goes on");
        }
    });

    private static async Task<Finding> ThreadInsideAsync(Ground ground, Tier tier)
    {
        await using Cell cell = OwnThread.Run(() => ground.OpenAsync(tier).GetAwaiter().GetResult());
        return Finding.If(!await cell.IsUsableAsync(), "the sandbox ended with the thread", "it keeps running");
    }
}
