using System.Collections.Immutable;
using Isolation.Benchmarks.Contestants;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Tests.Seccomp;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures the cost of the system-call filter and Landlock per launch and per system call.</summary>
internal static class HardeningRun
{
    internal const string Ours = "Isolation";
    internal const string LibSeccompDefault = "libseccomp";
    internal const string LibSeccompTree = "libseccomp, optimised";
    internal const string NoFilter = "no filter";
    private const int CallWarmUps = 1;

    private static SystemCallTable Calls => SystemCallTable.Current;

    internal static async Task<HardeningFigures> RunAsync(BenchmarkRoot root, CompareOptions options)
    {
        List<(string, string)> missing = [];
        List<Series> launches = await LaunchAsync(root, options, missing);
        List<PresetLaunches> presets = await LaunchPresetsAsync(options);
        Dictionary<string, SystemCallFilter> filters = MakeFilters(missing);
        Dictionary<string, CompiledFilter> compiled = filters
            .Where(one => !one.Value.IsOff).ToDictionary(one => one.Key, one => FilterCache.Get(one.Value)!);
        List<CallFigures> calls =
        [
            await CallAsync(root, options, filters, compiled, "getppid", true, Calls.Getppid, []),
            await CallAsync(root, options, filters, compiled, "read", true, Calls.Read, [0, CallLoop.Buffer, 1]),
            await CallAsync(root, options, filters, compiled, "ioctl", false, Calls.Ioctl, [-1, 0x5401, 0]),
            await CallAsync(root, options, filters, compiled, "personality", false, Calls.Personality, [0xFFFF_FFFF]),
        ];
        return new HardeningFigures(
            launches, presets, calls, compiled.ToDictionary(
                one => one.Key, one => one.Value.InstructionCount), missing);
    }

    private static async Task<List<Series>> LaunchAsync(
        BenchmarkRoot root, CompareOptions options, List<(string, string)> missing)
    {
        SandboxSpecification plain = Subject.Specification(root.Path);
        SandboxCommand command = Subject.Command("/bin/true");
        List<(string Name, SandboxSpecification Specification)> all =
        [
            ("Neither filter nor Landlock", plain with { SystemCalls = SystemCallFilter.Off }),
            ("Default filter", plain),
        ];
        FeatureSupport support = LinuxSandboxProvider.Default.Support[IsolationFeature.Landlock];
        if (support.IsSupported)
        {
            LandlockPolicy small = new()
            {
                FileRules = [new LandlockFileRule("/", LandlockFileAccess.ReadExecute),
                    new LandlockFileRule("/tmp", LandlockFileAccess.All)],
            };
            LandlockPolicy large = SandboxPresets.Unprivileged().Build().Landlock!;
            MakePaths(root, large.FileRules);
            all.Add(("Default filter and Landlock, 2 rules", plain with { Landlock = small }));
            all.Add(
                ($"Default filter and Landlock as in the unprivileged tier, {large.FileRules.Length} rules",
                    plain with { Landlock = large }));
        }
        else
        {
            missing.Add(("Landlock", support.Detail));
        }

        Contestant[] contestants =
            [.. all.Select(one => Contestant.Here(one.Name, () => Subject.RunOnceAsync(one.Specification, command)))];
        return await InterleavedRun.RunAsync(contestants, options.Runs, options.WarmUps);
    }

    /// <summary>Launches each preset with and without the system-call filter and Landlock.</summary>
    private static async Task<List<PresetLaunches>> LaunchPresetsAsync(CompareOptions options)
    {
        (string Name, SandboxSpecification Specification)[] presets =
        [
            ("HostPrograms", SandboxPresets.HostPrograms().Build()),
            ("Judge", SandboxPresets.Judge().WithLimits(limits => limits.BestEffort()).Build()),
            ("PlugIn", SandboxPresets.PlugIn().WithLimits(limits => limits.BestEffort()).Build()),
            ("Unprivileged", SandboxPresets.Unprivileged().Build()),
        ];
        SandboxCommand command = Subject.Command("/bin/true");
        Contestant[] contestants =
        [
            .. presets.SelectMany(preset => (Contestant[])
            [
                Contestant.Here(preset.Name, () => Subject.RunOnceAsync(preset.Specification, command)),
                Contestant.Here($"{preset.Name} without both", () => Subject.RunOnceAsync(
                    preset.Specification with { SystemCalls = SystemCallFilter.Off, Landlock = null }, command)),
            ]),
        ];
        List<Series> measured = await InterleavedRun.RunAsync(contestants, options.Runs, options.WarmUps);
        return [.. presets.Select(
            (preset, i) => new PresetLaunches(preset.Name, measured[2 * i], measured[(2 * i) + 1]))];
    }

    /// <summary>Creates a directory at each path, so that no rule is skipped.</summary>
    private static void MakePaths(BenchmarkRoot root, ImmutableArray<LandlockFileRule> rules)
    {
        foreach (LandlockFileRule rule in rules)
        {
            if (!Path.Exists(root.Path + rule.Path))
            {
                root.Make("root" + rule.Path);
            }
        }
    }

    /// <summary>Creates the default filter, the same policy compiled by libseccomp, and no filter.</summary>
    private static Dictionary<string, SystemCallFilter> MakeFilters(List<(string, string)> missing)
    {
        Dictionary<string, SystemCallFilter> filters = new() { [Ours] = SystemCallFilter.Default };
        if (LibSeccomp.IsInstalled)
        {
            filters.Add(LibSeccompDefault, PutForeign(1));
            filters.Add(LibSeccompTree, PutForeign(2));
        }
        else
        {
            missing.Add((LibSeccompDefault, "libseccomp.so.2 is not installed"));
        }

        filters.Add(NoFilter, SystemCallFilter.Off);
        return filters;
    }

    /// <summary>Caches libseccomp's instructions under an otherwise unused filter, which serves as the key.</summary>
    private static SystemCallFilter PutForeign(int optimization)
    {
        SystemCallFilter name = new()
        {
            Profile = SystemCallProfile.None,
            DefaultAction = SystemCallAction.Trace((ushort)optimization),
        };
        byte[] program = LibSeccomp.Compile(SystemCallProfile.Default, FilterTarget.Current, optimization);
        FilterCache.Put(
            name, new CompiledFilter(
                [.. program], program.Length / FilterInstruction.Size,
                HasNotify: false)
            { Rules = FilterRules.Expand(SystemCallFilter.Default, FilterTarget.Current) });
        return name;
    }

    private static async Task<CallFigures> CallAsync(
        BenchmarkRoot root, CompareOptions options, Dictionary<string, SystemCallFilter> filters,
        Dictionary<string, CompiledFilter> compiled, string name,
        bool isJudged, long number, long[] arguments)
    {
        string program = CallLoop.AddTo(root, name, number, [.. arguments.Select(argument => (Value)argument)]);
        SandboxCommand command = Subject.Command(program) with { StandardInput = InputSource.FromFile("/dev/zero") };
        List<Contestant> contestants = [];
        try
        {
            foreach ((string side, SystemCallFilter filter) in filters)
            {
                ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(
                    Subject.Specification(root.Path) with { SystemCalls = filter });
                contestants.Add(new CallContestant(side, sandbox, command));
            }

            List<Series> sides = await InterleavedRun.RunAsync(contestants, options.CallRounds, CallWarmUps);
            return new CallFigures(
                name, isJudged, sides, compiled.ToDictionary(
                    one => one.Key, one => Executed(one.Value, number, arguments)));
        }
        finally
        {
            foreach (Contestant contestant in contestants)
            {
                await contestant.DisposeAsync();
            }
        }
    }

    private static int Executed(CompiledFilter filter, long number, long[] arguments)
    {
        Span<ulong> registers = stackalloc ulong[6];
        registers.Clear();
        for (int i = 0; i < arguments.Length; i++)
        {
            registers[i] = unchecked((ulong)arguments[i]);
        }

        return FilterInterpreter.Run(
            filter.Program.AsSpan(), (uint)number, FilterTarget.Current.Audit, registers).Executed;
    }
}
