using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Limits;

/// <summary>A program's known use of a resource is reported within the stated bounds.</summary>
public sealed class FigureTests
{
    private const long Mebi = 1 << 20;

    /// <summary>The number of pages that the kernel may not have added to its counters yet.</summary>
    private static readonly long PagesInAdvance = 64L * Environment.ProcessorCount;

    private static readonly long Page = Environment.SystemPageSize;

    [SetUp]
    public void NeedGroups()
    {
        Groups.Require();
        Guest.RequirePython();
    }

    [Test]
    public async Task Every_page_that_is_touched_is_a_fault([Values] bool withGroups)
    {
        const long Size = 64 * Mebi;
        const string Script = """
            import mmap, sys
            size = int(sys.argv[1])
            memory = mmap.mmap(-1, size + mmap.PAGESIZE, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
            memory.madvise(mmap.MADV_NOHUGEPAGE)
            for place in range(0, size, mmap.PAGESIZE): memory[place] = 1
            """;
        SandboxSpecification specification = Guest.Specification()
            with
        { Limits = withGroups ? new SandboxLimits() : null };
        SandboxUsage without = await UsageAsync(specification, Guest.Python(Script, "0"));
        SandboxUsage with = await UsageAsync(specification, Guest.Python(Script, $"{Size}"));

        // Linux 6.18 was seen to leave out of memory.stat what a busy processor had counted last. It does not do so
        // each time.
        for (int tries = 0; tries < 5 && with.PageFaults < Size / Page; tries++)
        {
            with = await UsageAsync(specification, Guest.Python(Script, $"{Size}"));
        }

        // The interpreter does not take the same pages each time.
        Assert.That(
            with.PageFaults - without.PageFaults, Is.EqualTo(Size / Page).Within((Size / Page / 20) + PagesInAdvance));
        Assert.That(with.MajorPageFaults, Is.LessThan(1000));
    }

    [Test]
    public async Task A_live_sandbox_tells_what_its_memory_consists_of()
    {
        const string Script = """
            import mmap, sys
            def touch(size):
                memory = mmap.mmap(-1, size, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                for place in range(0, len(memory), mmap.PAGESIZE): memory[place] = 1
                return memory
            memory = touch(32 << 20)
            with open('/tmp/file', 'wb') as file:
                for part in range(16): file.write(b'x' * (1 << 20))
            print('up', flush=True)
            for line in sys.stdin:
                touch(4 << 20).close()
                print('up', flush=True)
            """;
        const long Held = 16 * Mebi;
        long late = PagesInAdvance * Page;
        await using ISandbox sandbox = await Groups.Limited(new()).CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Python(Script) with { StandardInput = InputSource.Pipe, StandardOutput = OutputTarget.Pipe });
        await process.StandardOutput!.ReadExactlyAsync(new byte[3]);
        SandboxUsage during = sandbox.ReadUsage();

        // Linux 6.18 was seen to leave out of memory.stat what a busy processor had counted, until something is counted
        // there again.
        for (int tries = 0; tries < 100 && (during.MemoryComposition!.Value.Shared < Held - late
            || during.MemoryComposition.Value.Anonymous < (32 * Mebi) - late); tries++)
        {
            await process.StandardInput!.WriteAsync("\n"u8.ToArray());
            await process.StandardInput.FlushAsync();
            await process.StandardOutput.ReadExactlyAsync(new byte[3]);
            during = sandbox.ReadUsage();
        }

        process.StandardInput!.Close();
        await process.WaitForExitAsync();

        MemoryComposition parts = during.MemoryComposition!.Value;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                parts.Anonymous, Is.InRange((32 * Mebi) - late, (32 + 16) * Mebi), "the interpreter has some, too");
            Assert.That(parts.Shared, Is.InRange(Held - late, Held + late));
            Assert.That(parts.Kernel, Is.InRange(1, 16 * Mebi).Or.Null);
            Assert.That(parts.FileCache, Is.Not.Null);
            Assert.That(parts.Sockets, Is.Zero.Or.Null);
            Assert.That(
                parts.Anonymous + parts.Shared + parts.FileCache + (parts.Kernel ?? 0), Is.EqualTo(during.CurrentMemory)
                    .Within((2 * PagesInAdvance * Page) + (2 * Mebi)));
            Assert.That(
                () => sandbox.ReadUsage().MemoryComposition!.Value.Anonymous, Is.LessThan((8 * Mebi) + late)
                    .After((int)Guest.Patience.TotalMilliseconds, 5));
            Assert.That(
                sandbox.ReadUsage().MemoryComposition!.Value.Shared, Is.GreaterThan(Held - late),
                "the file is still there");
        }
    }

    [TestCase("while time.process_time() < 0.4: sum(range(20000))", true)]
    [TestCase(
        "file = open('/dev/zero', 'rb', 0); buffer = bytearray(1 << 20)\nwhile time.process_time() < 0.4: "
        + "file.readinto(buffer)", false)]
    public async Task Cpu_time_that_is_burnt_is_told(string loop, bool isUser)
    {
        SandboxUsage usage = await UsageAsync(Groups.Limited(new()), Guest.Python($"import time\n{loop}"));

        using (Assert.EnterMultipleScope())
        {
            // From above: the start of the interpreter, and one loop more.
            Assert.That(usage.CpuTime.TotalSeconds, Is.InRange(0.4, 0.8));
            Assert.That(usage.UserCpuTime > usage.SystemCpuTime, Is.EqualTo(isUser), usage.ToString());
        }
    }

    [Test]
    public async Task The_most_processes_at_once_are_told()
    {
        SandboxUsage atOnce = await UsageAsync(
            Groups.Limited(new()), Guest.Shell(
                "for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 1000 & all=\"$all $!\"; done; kill $all; wait; true"));
        SandboxUsage oneByOne = await UsageAsync(
            Groups.Limited(new()), Guest.Shell("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do (exit 0); done"));

        // pids.peak came with Linux 6.1.
        Assert.That(atOnce.PeakProcesses, Is.EqualTo(13L).Or.Null);
        Assert.That(oneByOne.PeakProcesses, Is.EqualTo(2L).Or.Null);
        Assert.That((atOnce.RefusedProcesses, oneByOne.RefusedProcesses), Is.EqualTo((0L, 0L)));
    }

    [Test]
    public async Task Disk_transfers_are_reported_by_device()
    {
        using HostDirectory directory = new();
        (int major, int minor) = BlockDevice.Of(directory.Path);
        SandboxSpecification specification = Guest.Specification(
            new BindMount(directory.Path, "/out") { Access = MountAccess.ReadWrite }) with
        {
            Limits = new SandboxLimits
            {
                InputOutput = [new DeviceBandwidth(major, minor) { WrittenBytes = 1L << 40, ReadBytes = 1L << 40 }],
            },
        };
        await using ISandbox sandbox = await specification.CreateAsync();
        SandboxUsage direct = (await sandbox.RunAsync(
            Guest.Shell("dd if=/dev/zero of=/out/direct bs=1M count=8 oflag=direct 2>&1"))).Usage!;
        SandboxUsage read = (await sandbox.RunAsync(
            Guest.Shell("dd if=/out/direct of=/dev/null bs=1M count=4 iflag=direct 2>&1"))).Usage!;
        SandboxUsage synced = (await sandbox.RunAsync(
            Guest.Shell("dd if=/dev/zero of=/out/synced bs=1M count=8 conv=fsync 2>&1"))).Usage!;
        SandboxUsage inMemory = (await sandbox.RunAsync(
            Guest.Shell("dd if=/dev/zero of=/tmp/file bs=1M count=8 conv=fsync 2>&1"))).Usage!;
        DeviceUsage all = Device(sandbox.ReadUsage());

        DeviceUsage Device(SandboxUsage usage) =>
            usage.InputOutput.FirstOrDefault(one => (one.Major, one.Minor) == (major, minor))
            ?? new(major, minor, 0, 0, 0, 0);
        using (Assert.EnterMultipleScope())
        {
            // From above: what the file system writes about the file, and programs that were not in memory.
            Assert.That(Device(direct).WrittenBytes, Is.InRange(8 * Mebi, 9 * Mebi));
            Assert.That(Device(direct).Writes, Is.InRange(8, 200));
            Assert.That(Device(read).ReadBytes, Is.InRange(4 * Mebi, 6 * Mebi));
            Assert.That(Device(read).Reads, Is.InRange(4, 200));
            Assert.That(Device(synced).WrittenBytes, Is.InRange(8 * Mebi, 9 * Mebi));
            Assert.That(Device(inMemory).WrittenBytes, Is.Zero);
            Assert.That(
                all.WrittenBytes, Is.EqualTo(Device(direct).WrittenBytes + Device(synced).WrittenBytes),
                "the groups of the commands are gone, what they counted is not");
        }
    }

    [Test]
    public async Task A_live_sandbox_tells_of_limits_that_were_in_the_way()
    {
        await using ISandbox sandbox = await Groups.Limited(new() { Memory = 32 * Mebi, Processes = 4 }).CreateAsync();
        await sandbox.RunAsync(Guest.Shell(Groups.Allocate(200)));
        await using ISandboxProcess goesOn = await sandbox.StartAsync(
            Guest.Shell(
                $"({Groups.Allocate(200)}); echo up; exec sleep 1000") with
            { StandardOutput = OutputTarget.Pipe });
        await goesOn.StandardOutput!.ReadExactlyAsync(new byte[3]);
        await sandbox.RunAsync(Guest.Shell("sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000 & sleep 1000"));
        SandboxUsage usage = sandbox.ReadUsage();

        Assert.That((usage.OutOfMemoryKills, usage.RefusedProcesses > 0), Is.EqualTo((2L, true)), usage.ToString());
    }

    [Test]
    public async Task Two_loops_on_one_processor_wait_for_it()
    {
        (SandboxLimits limits, string? refusal) = Pressure.Find();
        Requires.That("pressure", refusal is null, refusal);
        const string Burn = "i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done";
        SandboxUsage usage = await UsageAsync(
            Groups.Limited(limits), Guest.Shell($"({Burn}) & {Burn}; wait") with { Affinity = [0] });

        using (Assert.EnterMultipleScope())
        {
            // While both run, one of them waits: about half of what they took together.
            Assert.That(usage.CpuPressure!.Value.Some.Total, Is.GreaterThan(usage.CpuTime / 4), usage.ToString());
            Assert.That(usage.CpuPressure.Value.Some.Average10, Is.InRange(0, 100));
            Assert.That(usage.MemoryPressure!.Value.Some.Total, Is.LessThan(usage.CpuTime));
            Assert.That(usage.InputOutputPressure, Is.Not.Null);
        }
    }

    private static async Task<SandboxUsage> UsageAsync(SandboxSpecification specification, SandboxCommand command)
    {
        SandboxResult result = await Guest.Provider.RunAsync(specification, command);
        Guest.Output(result);
        return result.Usage!;
    }
}
