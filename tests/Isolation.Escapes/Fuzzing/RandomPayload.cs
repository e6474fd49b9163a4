using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Programs;

namespace Isolation.Escapes.Fuzzing;

/// <summary>
/// Creates a payload of random system calls with random arguments, reproducible from the seed. Several processes make
/// the calls, so that a process that ends or waits forever does not stop the others.
/// </summary>
internal static class RandomPayload
{
    internal const int Processes = 24;
    internal const int CallsEach = 60;

    private const int Highest = 470;

    // These calls only end a process or let it sleep.
    private static readonly HashSet<int> Pointless = Calls.IsArm64 ? [93, 94, 133, 139] : [15, 34, 60, 130, 231];

    // With these calls, a process without its own PID namespace could signal the tests if the kernel's Landlock is too
    // old to restrict signals.
    private static readonly HashSet<int> OnProcesses = Calls.IsArm64
        ? [129, 130, 131, 138, 154, 240, 424]
        : [62, 109, 129, 200, 234, 297, 424];

    // A sandbox can lock devices that are bound into every sandbox, and .NET does not open a locked file, so the tests'
    // own use of /dev/null would fail. A separate attack covers this; it is documented as open.
    private static readonly HashSet<int> OnSharedFiles = Calls.IsArm64 ? [32] : [73];

    private static readonly string[] Paths =
    [
        ".", "/", "/tmp", "/tmp/fuzz", "/proc/self/mem", "/proc/self/exe", "/proc/1/root",
        "/proc/sys/kernel/core_pattern", "/dev/null",
        "/dev/ptmx", "/dev/shm", "/etc/passwd", "/usr/bin", "/sys", "tmpfs", "proc", "user", "../../../..",
        "security.capability",
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
        Pointless.Contains(number) || OnSharedFiles.Contains(number)
            || (!tier.HasProcesses && OnProcesses.Contains(number));

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
