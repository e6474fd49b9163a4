using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Subjects;
using Isolation.Benchmarks.Working;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

switch (args.FirstOrDefault())
{
    case CompareCommand.Name:
        return await CompareCommand.RunAsync(CompareOptions.Parse(args.AsSpan(1)));
    case HeapWorker.Name:
        return await HeapWorker.RunAsync(args[1..]);
    case PluginStarts.Name:
        return await PluginStarts.RunAsync(args.AsMemory(1));
    case ManySandboxesWorker.Name:
        return await ManySandboxesWorker.RunAsync(args[1..]);
    default:
        // BenchmarkDotNet builds the libraries again for each class, so the default timeout is too short.
        ManualConfig config = ManualConfig.Create(DefaultConfig.Instance)
            .WithBuildTimeout(TimeSpan.FromMinutes(10))
            .WithArtifactsPath(Repository.Find("artifacts/benchmarks"));
        BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args, config);
        return 0;
}
