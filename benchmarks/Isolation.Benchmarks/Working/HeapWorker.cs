using System.Diagnostics;
using System.Globalization;
using Isolation.Benchmarks.Subjects;

namespace Isolation.Benchmarks.Working;

/// <summary>
/// An application with many live objects or none. Launches one sandbox per input line and prints the microseconds.
/// </summary>
internal static class HeapWorker
{
    internal const string Name = "heap-worker";

    /// <param name="arguments">The size of the live objects in megabytes, and the root.</param>
    internal static async Task<int> RunAsync(string[] arguments)
    {
        LiveObjects objects = new(int.Parse(arguments[0], CultureInfo.InvariantCulture));
        SandboxSpecification specification = Subject.Specification(arguments[1]);
        SandboxCommand command = Subject.Command("/bin/true");
        GC.Collect();
        while (await Console.In.ReadLineAsync() is not null)
        {
            long begin = Stopwatch.GetTimestamp();
            await Subject.RunOnceAsync(specification, command);
            double microseconds = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
            Console.WriteLine(microseconds.ToString("F1", CultureInfo.InvariantCulture));
        }

        GC.KeepAlive(objects);
        return 0;
    }
}
