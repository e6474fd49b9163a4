namespace Isolation.IntegrationTests.Robustness;

/// <summary>The resources of this process that a launch could leave behind.</summary>
internal sealed class HostState
{
    // The runtime adds and removes threads of its own as it likes.
    private static readonly string[] ThreadsOfRuntime = [".NET TP", ".NET Tiered", ".NET Timer", ".NET Long",
        ".NET SigHandler", ".NET Sockets", ".NET BGC"];

    // One for all launches of a process, begun when it is first needed.
    private const string ThreadOfLibrary = "Isolation event";

    private HostState()
    {
    }

    internal required string[] Descriptors { get; init; }

    internal required int EventPolls { get; init; }

    internal required string[] Threads { get; init; }

    internal required int[] Children { get; init; }

    internal required string[] Mounts { get; init; }

    internal required int Mappings { get; init; }

    /// <summary>
    /// Garbage is collected first: what only a finalizer closes is a leak for as long as nothing is collected, but not
    /// one for ever.
    /// </summary>
    internal static HostState Capture(bool collect = true)
    {
        for (int i = 0; collect && i < 2; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        string[] descriptors = [.. ReadDescriptors().Order()];
        return new HostState
        {
            Descriptors = [.. descriptors.Where(line => !IsEventPoll(line))],
            EventPolls = descriptors.Count(IsEventPoll),
            Threads = [.. ReadThreads().Order()],
            Children = Processes.Children(Environment.ProcessId),
            Mounts = [.. File.ReadLines("/proc/self/mountinfo").Order()],
            Mappings = File.ReadLines("/proc/self/maps").Count(),
        };
    }

    /// <summary>Holds this state against an earlier one.</summary>
    /// <param name="before">The earlier one.</param>
    /// <param name="furtherMappings">How many mappings the runtime may have added: heap segments, code that was
    /// compiled anew.</param>
    internal void HasNothingMoreThan(HostState before, int furtherMappings)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                Descriptors, Has.Length.LessThanOrEqualTo(before.Descriptors.Length),
                () => $"descriptors more: {Lines(Descriptors.Except(before.Descriptors))}");
            Assert.That(
                EventPolls, Is.LessThanOrEqualTo(before.EventPolls + 1),
                "what waits for many descriptors: one for the runtime, one for the library");
            Assert.That(
                Threads, Has.Length.LessThanOrEqualTo(before.Threads.Length),
                () => $"threads before: {Lines(before.Threads)}; after: {Lines(Threads)}");
            Assert.That(
                Children.Except(before.Children), Is.Empty,
                () => string.Join("; ", Children.Select(child => Processes.Read($"/proc/{child}/stat"))));
            Assert.That(Mounts, Is.EqualTo(before.Mounts), "mounts");
            Assert.That(Mappings, Is.LessThanOrEqualTo(before.Mappings + furtherMappings), "memory mappings");
        }
    }

    private static bool IsEventPoll(string line) => line.EndsWith("[eventpoll]", StringComparison.Ordinal);

    private static string Lines(IEnumerable<string> lines) => string.Join("; ", lines);

    private static IEnumerable<string> ReadDescriptors()
    {
        foreach (string path in Directory.EnumerateFileSystemEntries("/proc/self/fd"))
        {
            // The directory that is being read is among them, and so is what the runner opens by itself.
            if (new FileInfo(path).LinkTarget is { } link && !link.EndsWith("/fd", StringComparison.Ordinal)
                && !link.EndsWith(".dll", StringComparison.Ordinal)
                && !link.EndsWith(".pdb", StringComparison.Ordinal))
            {
                yield return $"{Path.GetFileName(path)} {link}";
            }
        }
    }

    private static IEnumerable<string> ReadThreads() =>
        Directory.GetDirectories("/proc/self/task")
            .Select(thread => Processes.Read($"{thread}/comm").Trim())
            .Where(name => name.Length > 0
                && !Array.Exists(ThreadsOfRuntime, own => name.StartsWith(own, StringComparison.Ordinal)))
            .GroupBy(name => name)
            .SelectMany(group => group.Key == ThreadOfLibrary ? group.Skip(1) : group);
}
