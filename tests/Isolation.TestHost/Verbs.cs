using System.Globalization;
using System.Security.Cryptography;
using Isolation.TestHost.Recording;
using Microsoft.Win32.SafeHandles;

namespace Isolation.TestHost;

/// <summary>Maps the verbs of the command line to actions.</summary>
internal static class Verbs
{
    internal static Task RunAsync(Report report, string verb, string[] arguments) => verb switch
    {
        "hold" => Holding.HoldAsync(report, arguments),
        "hold-unprivileged" => Holding.HoldUnprivilegedAsync(report, arguments),
        "unprivileged" => Unprivileged.RunAsync(report),
        "unprivileged-ends" => Unprivileged.EndAsync(report),
        "hidden-clone" => HiddenClone.RunAsync(report),
        "support" => Supported.RunAsync(report),
        "hold-limited" => Holding.HoldLimitedAsync(report, int.Parse(arguments[0], CultureInfo.InvariantCulture)),
        "hold-at" => Holding.HoldAtAsync(report, arguments[0]),
        "hold-frozen" => Holding.HoldFrozenAsync(report),
        "limited" => Limited.RunAsync(report, arguments),
        "hold-init" => Holding.HoldInitAsync(report),
        "detached" => Detaching.RunAsync(report, arguments),
        "churn" => Holding.ChurnAsync(report, int.Parse(arguments[0], CultureInfo.InvariantCulture)),
        "check" => Battery.RunAsync(report),
        "crowded" => CrowdedAsync(report, int.Parse(arguments[0], CultureInfo.InvariantCulture)),
        "descriptors" => Exhaustion.DescriptorsAsync(report),
        "processes" => Exhaustion.ProcessesAsync(report),
        "runtime" => RunRuntimeAsync(report),
        "record" => HostRecorder.RecordAsync(report, arguments[0]),
        "pids" => Exhaustion.PidsAsync(report, arguments[0]),
        _ => throw new ArgumentException($"There is no verb {verb}."),
    };

    /// <summary>
    /// Uses what programs of .NET use: threads, temporary files, random numbers, and garbage of 3 GiB.
    /// </summary>
    private static async Task RunRuntimeAsync(Report report)
    {
        File.Delete(Path.GetTempFileName());
        report.Add($"digest {SHA256.HashData(Guid.NewGuid().ToByteArray()).Length}");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(static _ => Task.Run(static () =>
        {
            for (int i = 0; i < 50_000; i++)
            {
                GC.KeepAlive(new byte[16 << 10]);
            }
        })));
    }

    /// <summary>Runs the battery with a large number of open files.</summary>
    private static async Task CrowdedAsync(Report report, int count)
    {
        Native.SetSoftLimit(Native.OpenFiles, (ulong)count + 1000);
        List<SafeFileHandle> files = [];
        for (int i = 0; i < count; i++)
        {
            files.Add(File.OpenHandle("/dev/null"));
        }

        report.Add($"highest {files.Max(file => file.DangerousGetHandle())}");
        await Battery.RunAsync(report);
        files.ForEach(file => file.Dispose());
    }
}
