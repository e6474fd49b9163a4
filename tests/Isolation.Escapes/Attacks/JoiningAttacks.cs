using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Programs;

namespace Isolation.Escapes.Attacks;

/// <summary>
/// Class 27: a payload attacks the process that comes next in its PID namespace, until it is there. It is the init of a
/// sandbox that joins the namespaces of the payload's. There is no filter: the attack is on the launch.
/// </summary>
internal static class JoiningAttacks
{
    private const long PTRACE_SEIZE = 0x4206;

    /// <summary>The number of rounds, which never ends in practice.</summary>
    private const int Rounds = int.MaxValue;

    /// <summary>The id of the joining process; the payload is process 2 of its sandbox.</summary>
    private const int Joining = 3;

    internal static IEnumerable<Attack> All()
    {
        yield return Against("trace", static (payload, victim, rounds) =>
            payload.Try("use", rounds, Calls.Ptrace, PTRACE_SEIZE, victim, 0, 0));
        yield return Against("read the memory of", static (payload, victim, rounds) =>
        {
            long local = payload.Words(payload.Room(16), 1);
            payload.Try(
                "use", rounds, Calls.ProcessVmReadv, victim, local, 1, payload.Words(ElfImage.DataAddress, 1), 1, 0);
        });
    }

    private static ScriptedAttack Against(string what, Action<Payload, int, int> attack) => new(
        27, $"{what} a process that joins the sandbox's namespaces",
        ground => BareAsync(ground, attack), (ground, tier) => InsideAsync(ground, tier, attack));

    /// <summary>Attacks a process of the same program that is dumpable.</summary>
    private static async Task<Finding> BareAsync(Ground ground, Action<Payload, int, int> attack)
    {
        Payload victim = new();
        victim.Call("begun", Calls.Getpid);
        victim.Pause();
        System.Diagnostics.Process process = ground.StartBare(victim);
        await process.StandardOutput.BaseStream.ReadExactlyAsync(new byte[Payload.RecordSize]);
        Payload payload = new();
        attack(payload, process.Id, 1);
        PayloadRun run = await ground.RunBareAsync(payload);
        return run.Describe("use") == "EPERM"
            ? Finding.Void("only descendants can be traced (kernel.yama.ptrace_scope)")
            : Finding.Of(run, "use");
    }

    private static async Task<Finding> InsideAsync(Ground ground, Tier tier, Action<Payload, int, int> attack)
    {
        if (!tier.HasProcesses)
        {
            return Finding.Void("its PID namespace is the host's");
        }

        await using Cell cell = await ground.OpenAsync(
            tier, static builder => builder.WithSystemCalls(SystemCallFilter.Off));
        Payload payload = new();
        payload.Call("begun", Calls.Getpid);
        attack(payload, Joining, Rounds);
        await using ISandboxProcess process = await cell.StartAsync(
            payload, static command => command with { StandardOutput = OutputTarget.Pipe });
        byte[] told = new byte[2 * Payload.RecordSize];
        await process.StandardOutput!.ReadExactlyAsync(told.AsMemory(0, Payload.RecordSize)).AsTask().WaitAsync(
            Ground.Patience);
        NamespaceSource joined = NamespaceSource.OfProcess(cell.Sandbox.ProcessId);
        SandboxSpecification joining = new()
        {
            Namespaces = new NamespaceSet().With(Namespaces.Pid | Namespaces.User, joined),
        };
        await using (ISandbox sandbox = await Ground.Provider.CreateAsync(joining))
        {
            // Checks that the attack has the right target: no other process has been started yet.
            if (NumberInside(sandbox.ProcessId) != Joining)
            {
                return Finding.Unclear("the process that joined has another number");
            }
        }

        await process.KillAsync();
        int count = await process.StandardOutput!.ReadAtLeastAsync(
            told.AsMemory(Payload.RecordSize), Payload.RecordSize, throwOnEndOfStream: false);
        PayloadRun run = new(payload, told.AsSpan(0, Payload.RecordSize + count), "refused until it had ended");
        return Finding.Of(run, "use", "refused until it had ended");
    }

    private static int NumberInside(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(
            text => text.StartsWith("NSpid:", StringComparison.Ordinal));
        return int.Parse(line.Split('\t')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
