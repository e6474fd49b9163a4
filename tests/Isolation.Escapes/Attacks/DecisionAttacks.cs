using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Attacks;

/// <summary>
/// Class 21: an application decides on a call by the memory behind its pointers, and the payload changes the memory
/// after the check.
/// </summary>
internal static class DecisionAttacks
{
    private const string Call = "chdir";

    /// <summary>
    /// The path that the handler allows. The attacker aims at <see cref="Forbidden"/>. Each path fits in a word.
    /// </summary>
    private const string Allowed = "/none";
    private const string Forbidden = "/usr";

    internal static IEnumerable<Attack> All() =>
        [new ScriptedAttack(
            21, "change memory during a decision on it", DecideOnMemoryAsync, DecideOnValuesAsync)];

    /// <summary>
    /// Tries the attack without the defence: the application reads the path from the payload's memory and continues
    /// the call.
    /// </summary>
    private static async Task<Finding> DecideOnMemoryAsync(Ground ground)
    {
        const int Rounds = 100_000;
        (Payload payload, long path) = Racer(Rounds);
        await using Cell cell = await ground.OpenAsync(Tiers.Unprivileged);
        PayloadRun run = await cell.RunAsync(payload, command => Ask(command, (call, _) => new(
            ReadPath(call.ProcessId, path) == Allowed ? SystemCallDecision.Allow : SystemCallDecision.Deny())));
        return Finding.Of(run, Call);
    }

    /// <summary>Tries the attack with the defence: a handler receives only values, and a handler that reads an address
    /// refuses the call.</summary>
    private static async Task<Finding> DecideOnValuesAsync(Ground ground, Tier tier)
    {
        const int Rounds = 1000;
        (Payload payload, _) = Racer(Rounds);
        await using Cell cell = await ground.OpenAsync(tier);
        PayloadRun run = await cell.RunAsync(payload, static command => Ask(command, static (call, _) => new(
            call["filename"] == 0 ? SystemCallDecision.Deny() : SystemCallDecision.Allow)));
        return Finding.Of(run, Call, "EPERM");
    }

    private static SandboxCommand Ask(SandboxCommand command, SystemCallHandler handler) => command with
    {
        SystemCalls = new SystemCallFilter { Rules = [new([Call], SystemCallAction.Notify)] },
        SystemCallSupervision = new SystemCallSupervision { Handler = handler },
    };

    private static (Payload Payload, long Path) Racer(int rounds)
    {
        Payload payload = new();
        long path = payload.Words(Word(Allowed));
        payload.Thread(() => payload.Alternate(path, Word(Forbidden), Word(Allowed)));
        payload.Try(Call, rounds, Calls.Common.Chdir, path);
        return (payload, path);
    }

    private static long Word(string path)
    {
        byte[] word = new byte[8];
        Encoding.UTF8.GetBytes(path, word);
        return BinaryPrimitives.ReadInt64LittleEndian(word);
    }

    private static string ReadPath(int process, long address)
    {
        using FileStream memory = File.OpenRead(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/mem"));
        byte[] word = new byte[8];
        memory.Position = address;
        memory.ReadExactly(word);
        return Encoding.UTF8.GetString(word).TrimEnd('\0');
    }
}
