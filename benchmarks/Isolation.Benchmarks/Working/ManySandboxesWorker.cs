using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Working;

/// <summary>
/// An application that runs many sandboxes at once, each with a sleeping program. Prints a
/// <see cref="ManySandboxes"/> as JSON.
/// </summary>
internal static class ManySandboxesWorker
{
    internal const string Name = "many-sandboxes-worker";

    /// <param name="arguments">The number of sandboxes, and the root.</param>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        int count = int.Parse(arguments[0], CultureInfo.InvariantCulture);
        SandboxSpecification specification = Subject.Specification(arguments[1]);
        SandboxCommand command = Subject.Command("/bin/sleep", "3600");

        // The first sandbox loads code and starts threads that remain, so it is not measured.
        await using (ISandbox first = await StartAsync(specification, command))
        {
        }

        GC.Collect();
        MemoryFigures before = MemoryFigures.Read(), kernelBefore = MemoryFigures.ReadMachine();
        int threadsBefore = HostThreads();
        long begin = Stopwatch.GetTimestamp();
        ISandbox[] sandboxes = new ISandbox[count];
        await Parallel.ForAsync(0, count, async (i, _) => sandboxes[i] = await StartAsync(specification, command));
        TimeSpan creation = Stopwatch.GetElapsedTime(begin);

        int threadsDuring = HostThreads();
        GC.Collect();
        MemoryFigures during = MemoryFigures.Read(), kernelDuring = MemoryFigures.ReadMachine();
        MemoryFigures processes = default;
        bool isReadable = true;
        foreach (int process in sandboxes.SelectMany(sandbox => ProcessFamily.Of(sandbox.ProcessId)))
        {
            isReadable &= MemoryFigures.TryRead(process, out MemoryFigures figures);
            processes += figures;
        }

        begin = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(sandboxes, (sandbox, _) => sandbox.DisposeAsync());
        TimeSpan disposal = Stopwatch.GetElapsedTime(begin);

        Console.WriteLine(JsonSerializer.Serialize(new ManySandboxes
        {
            Count = count,
            ThreadsBefore = threadsBefore,
            ThreadsDuring = threadsDuring,
            CreationMilliseconds = creation.TotalMilliseconds,
            DisposalMilliseconds = disposal.TotalMilliseconds,
            ProportionalBytes = isReadable ? processes.Proportional / count : null,
            PrivateBytes = isReadable ? processes.Private / count : null,
            ResidentBytes = isReadable ? processes.Resident / count : null,
            HostPrivateBytes = (during.Private - before.Private) / count,
            KernelBytes = (kernelDuring.Kernel - kernelBefore.Kernel) / count,
        }));
        return 0;
    }

    private static async Task<ISandbox> StartAsync(SandboxSpecification specification, SandboxCommand command)
    {
        ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(specification);
        await sandbox.StartAsync(command);
        return sandbox;
    }

    private static int HostThreads() => Directory.GetDirectories("/proc/self/task").Length;
}
