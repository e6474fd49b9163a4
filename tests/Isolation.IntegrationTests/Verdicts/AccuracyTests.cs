using System.Globalization;
using Isolation.IntegrationTests.Limits;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Verdicts;

/// <summary>
/// Programs at half, at nine tenths, at eleven tenths and at twice a limit get the right verdict, however often and
/// however busy the machine. The margin is a tenth of a limit of 200 ms of CPU time, of 64 MiB, and of 2 s by the
/// clock.
/// </summary>
public sealed class AccuracyTests
{
    private const long Memory = 64 << 20;

    /// <summary>The number of runs of each: 3, or the number that the environment specifies.</summary>
    private static readonly int Rounds =
        int.Parse(Environment.GetEnvironmentVariable("ISOLATION_ACCURACY_ROUNDS") ?? "3", CultureInfo.InvariantCulture);

    private static readonly TimeSpan CpuTime = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan WallTime = TimeSpan.FromSeconds(2);

    [SetUp]
    public void SetUp() => Groups.Require();

    [Test]
    public async Task Cpu_time([Values(50, 90, 110, 200)] int percent, [Values] LoadForm form)
    {
        using Load load = Load.Burn(CpuTime * percent / 100, form);
        await JudgeAsync(
            load.In(Groups.Limited(new())), Load.Command with { CpuTime = CpuTime }, percent,
            SandboxOutcome.CpuTimeExceeded, 2);
    }

    // The guest of pure cgroup v2 counts CPU time in ticks of 10 ms, so that of the three only this one is exact there.
    [Test]
    [Category("CgroupV2")]
    public async Task Memory_at_once(
        [Values(50, 90, 110, 200)] int percent,
        [Values(LoadForm.Process, LoadForm.Threads, LoadForm.Children)] LoadForm form)
    {
        using Load load = Load.Hold(Memory * percent / 100, form);
        await JudgeAsync(
            load.In(Groups.Limited(new() { Memory = Memory })), Load.Command, percent,
            SandboxOutcome.MemoryExceeded, 4);
    }

    // Waiting costs nothing, so many do it at once.
    [Test]
    [Parallelizable(ParallelScope.Children)]
    public async Task Wall_time(
        [Values(50, 90, 110, 200)] int percent,
        [Values(LoadForm.Process, LoadForm.Threads, LoadForm.Children)] LoadForm form)
    {
        using Load load = Load.Sleep(WallTime * percent / 100, form);
        await JudgeAsync(
            load.In(Groups.Limited(new())), Load.Command with { WallTime = WallTime }, percent,
            SandboxOutcome.WallTimeExceeded, 16);
    }

    private static async Task JudgeAsync(
        SandboxSpecification specification, SandboxCommand command, int percent, SandboxOutcome beyond, int atOnce)
    {
        SandboxOutcome right = percent > 100 ? beyond : SandboxOutcome.Completed;
        List<SandboxResult> wrong = [];
        await Parallel.ForAsync(
            0, Rounds, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (_, cancellationToken) =>
        {
            SandboxResult result = await Guest.Provider.RunAsync(specification, command, cancellationToken);
            lock (wrong)
            {
                if (result.Outcome != right)
                {
                    wrong.Add(result);
                }
            }
        });

        Assert.That(
            wrong, Is.Empty, string.Join(
                '\n', wrong.Select(result => $"{result.Outcome} {result.WallTime} {result.Usage}")));
    }
}
