using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

namespace Isolation.Benchmarks.Contestants;

/// <summary>Contains the contestants of one measurement, and the ones that this host does not support.</summary>
internal sealed class Field : IAsyncDisposable
{
    internal const string Process = "Process.Start";
    internal const string OneShot = "Isolation";
    internal const string Limited = "Isolation, with limits";
    internal const string WithView = "Isolation, with limits and a view of them";
    internal const string Further = "Isolation, a further program";
    internal const string EmptyHost = "Isolation, empty host";
    internal const string FullHost = "Isolation, 1 GB of live objects";

    private readonly List<Contestant> _contestants = [];
    private readonly List<(string Name, string Reason)> _missing = [];

    private Field()
    {
    }

    internal IReadOnlyList<Contestant> Contestants => _contestants;

    internal IReadOnlyList<(string Name, string Reason)> Missing => _missing;

    /// <summary>Creates the contestants that start one program.</summary>
    internal static async Task<Field> OfLaunchesAsync(BenchmarkRoot root)
    {
        SandboxSpecification specification = Subject.Specification(root.Path);
        SandboxCommand command = Subject.Command("/bin/true");
        ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(specification);
        Field field = new();
        await field.AddAsync(FloorProgram.Name, () => FloorProgram.CreateAsync(root));
        field._contestants.Add(Contestant.Here(Process, () => Subject.StartProcessAsync(root.ProgramPath("true"))));
        field._contestants.Add(Contestant.Here(OneShot, () => Subject.RunOnceAsync(specification, command)));
        field._contestants.Add(new WarmContestant(Further, sandbox, command));
        await field.AddAsync(Peers.Bubblewrap, () => Task.FromResult(Peers.CreateBubblewrap(root)));
        await field.AddAsync("nsjail", () => Task.FromResult(Peers.CreateNsjail(root)));
        await field.AddAsync("crun", () => Peers.CreateCrunAsync(root));
        await field.AddAsync("runc", () => Task.FromResult(Peers.CreateRunc(root)));
        return field;
    }

    /// <summary>Creates the contestants that start one program with limits, and one without limits.</summary>
    internal static async Task<Field> OfLimitsAsync(BenchmarkRoot root)
    {
        SandboxSpecification specification = Subject.Specification(root.Path);
        SandboxSpecification limited = Subject.LimitedSpecification(root.Path);
        SandboxCommand command = Subject.Command("/bin/true");
        Field field = new();
        field._contestants.Add(Contestant.Here(OneShot, () => Subject.RunOnceAsync(specification, command)));
        await field.AddAsync(
            Limited, () => Task.FromResult<Contestant>(
                Contestant.Here(Limited, () => Subject.RunOnceAsync(limited, command))));
        SandboxSpecification viewed = limited with { Mounts = [.. limited.Mounts, new CgroupMount("/sys")] };
        await field.AddAsync(
            WithView, () => Task.FromResult<Contestant>(
                Contestant.Here(WithView, () => Subject.RunOnceAsync(viewed, command))));
        await field.AddAsync(Peers.LimitedCrun, () => Task.FromResult(Peers.CreateLimitedCrun(root)));
        await field.AddAsync(Peers.LimitedRunc, () => Task.FromResult(Peers.CreateLimitedRunc(root)));
        return field;
    }

    /// <summary>Creates the contestants that start a short program as a judge does.</summary>
    /// <param name="root">The root that contains the program.</param>
    /// <param name="program">The path of the program in the root.</param>
    /// <param name="ours">The contestants that use the library.</param>
    internal static async Task<Field> OfJudgesAsync(
        BenchmarkRoot root, string program, params (string Name, Func<Task> Run)[] ours)
    {
        Field field = new();
        field._contestants.Add(Contestant.Here(Process, () => Subject.StartProcessAsync(root.Path + program)));
        foreach ((string name, Func<Task> run) in ours)
        {
            await field.AddAsync(name, () => Task.FromResult<Contestant>(Contestant.Here(name, run)));
        }

        await field.AddAsync(Peers.Bubblewrap, () => Task.FromResult(Peers.CreateBubblewrap(root, program)));
        await field.AddAsync(Peers.LimitedRunc, () => Task.FromResult(Peers.CreateLimitedRunc(root, program)));
        return field;
    }

    /// <summary>Creates two applications that differ only in their heaps.</summary>
    internal static Field OfHeaps(BenchmarkRoot root)
    {
        Field field = new();
        field._contestants.Add(
            new ServedContestant(EmptyHost, ProgramFiles.Again(Working.HeapWorker.Name, "0", root.Path), "run"));
        field._contestants.Add(
            new ServedContestant(FullHost, ProgramFiles.Again(Working.HeapWorker.Name, "1024", root.Path), "run"));
        return field;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (Contestant contestant in _contestants)
        {
            await contestant.DisposeAsync();
        }
    }

    private async Task AddAsync(string name, Func<Task<Contestant>> create)
    {
        try
        {
            Contestant contestant = await create();
            // Excludes a contestant that does not work here before the rounds begin.
            await contestant.MeasureAsync();
            _contestants.Add(contestant);
        }
        catch (InvalidOperationException exception)
        {
            _missing.Add((name, exception.Message));
        }
    }
}
