using BenchmarkDotNet.Running;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Working;

[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

switch (args.FirstOrDefault())
{
    case CompareCommand.Name:
        return await CompareCommand.RunAsync(CompareOptions.Parse(args.AsSpan(1)));
    case HeapWorker.Name:
        return await HeapWorker.RunAsync(args[1..]);
    case ManySandboxesWorker.Name:
        return await ManySandboxesWorker.RunAsync(args[1..]);
    default:
        BenchmarkSwitcher.FromAssembly(typeof(CompareCommand).Assembly).Run(args);
        return 0;
}
