using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Programs;

namespace Isolation.Escapes.Fuzzing;

/// <summary>
/// A payload of random system calls with random arguments, the same for the same seed. Several processes make them, so
/// that one that ends or waits for ever does not end the others.
/// </summary>
internal static class RandomPayload
{
    internal const int Processes = 24;
    internal const int CallsEach = 60;

    private const int Highest = 470;

    // With these a process only ends or sleeps.
    private static readonly HashSet<int> Pointless = Calls.IsArm64 ? [93, 94, 133, 139] : [15, 34, 60, 130, 231];

    // With it a process changes the limits of the sandbox's first process, and with them those of later commands, where both
    // have one id. An attack of class 13 says so; here it would only hide what else there is.
    private static readonly int ChangeLimits = Calls.Common.Prlimit64;

    // With these a process without a PID namespace of its own could do to the tests what it may do to itself.
    private static readonly HashSet<int> OnProcesses = Calls.IsArm64
        ? [30, 101, 117, 118, 119, 122, 129, 130, 131, 138, 140, 154, 238, 239, 240, 261, 271, 274, 424, 440, 448]
        : [62, 101, 109, 129, 141, 142, 144, 200, 203, 234, 251, 256, 279, 297, 302, 311, 314, 424, 440, 448];

    // With these a process in the host's root could change what belongs to the host's user, which Landlock does not watch.
    private static readonly HashSet<int> OnFiles = Calls.IsArm64
        ? [5, 6, 7, 14, 15, 16, 52, 53, 54, 55, 88, 217, 218, 219, 452, 463, 466, 468, 469]
        : [90, 91, 92, 93, 94, 132, 188, 189, 190, 197, 198, 199, 235, 248, 249, 250, 260, 261, 268, 280, 452, 463, 466, 468, 469];

    private static readonly string[] Paths =
    [
        ".", "/", "/tmp", "/tmp/fuzz", "/proc/self/mem", "/proc/self/exe", "/proc/1/root", "/proc/sys/kernel/core_pattern", "/dev/null",
        "/dev/ptmx", "/dev/shm", "/etc/passwd", "/usr/bin", "/sys", "tmpfs", "proc", "user", "../../../..", "security.capability",
    ];

    internal static byte[] Make(int seed, Tier tier)
    {
        Random random = new(seed);
        Payload payload = new();
        long[] places = [.. Paths.Select(payload.Text), .. Buffers(payload, random)];
        for (int i = 0; i < Processes; i++)
        {
            payload.Fork(() =>
            {
                for (int j = 0; j < CallsEach; j++)
                {
                    int number;
                    do
                    {
                        number = random.Next(Highest);
                    }
                    while (IsLeftOut(number, tier));

                    Value[] arguments = new Value[Node.ArgumentCount];
                    for (int k = 0; k < arguments.Length; k++)
                    {
                        arguments[k] = Argument(random, places);
                    }

                    payload.Quiet(number, arguments);
                }
            });
        }

        payload.Pause();
        return payload.Image();
    }

    private static bool IsLeftOut(int number, Tier tier) =>
        Pointless.Contains(number)
        || (!tier.HasFilter && number == ChangeLimits)
        || (!tier.HasProcesses && OnProcesses.Contains(number))
        || (!tier.HasMounts && OnFiles.Contains(number));

    private static IEnumerable<long> Buffers(Payload payload, Random random)
    {
        for (int i = 0; i < 16; i++)
        {
            byte[] bytes = new byte[256];
            if (i % 2 == 0)
            {
                random.NextBytes(bytes);
            }

            yield return payload.Bytes(bytes);
        }
    }

    private static long Argument(Random random, long[] places) => random.Next(10) switch
    {
        0 => 0,
        1 => -1,
        2 or 3 => random.Next(12),
        4 => 1L << random.Next(64),
        5 => random.Next(4096),
        6 => random.NextInt64(),
        _ => places[random.Next(places.Length)],
    };
}
