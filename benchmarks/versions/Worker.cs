// Runs what CompareVersions.cs asks for, one line per request, with the version of the library that it was built with.

using System.Diagnostics;
using System.Globalization;
using Isolation;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;

using BenchmarkRoot root = new();
SandboxCommand command = Subject.Command("/bin/true");
SandboxCommand hostCommand = Subject.Command("/usr/bin/true");
SandboxSpecification plain = Subject.Specification(root.Path);
SandboxSpecification limited = Subject.LimitedSpecification(root.Path);
SandboxSpecification filtered = limited with
{
    SystemCalls = new SystemCallFilter { Profile = SystemCallProfile.Judge },
};
SandboxSpecification judge = SandboxPresets.Judge().Build();
SandboxSpecification host = SandboxPresets.HostPrograms().Build();
await using ISandbox open = await LinuxSandboxProvider.Default.CreateAsync(plain);
await using ISandbox openLimited = await LinuxSandboxProvider.Default.CreateAsync(limited);

Dictionary<string, Func<Task>> cases = new()
{
    ["launch"] = () => Subject.RunOnceAsync(plain, command),
    ["launch, limits"] = () => Subject.RunOnceAsync(limited, command),
    ["launch, limits and filter"] = () => Subject.RunOnceAsync(filtered, command),
    ["further command"] = async () => (await open.RunAsync(command)).EnsureSuccess(),
    ["further command, limits"] = async () => (await openLimited.RunAsync(command)).EnsureSuccess(),
    ["preset Judge"] = () => Subject.RunOnceAsync(judge, hostCommand),
    ["preset HostPrograms"] = () => Subject.RunOnceAsync(host, hostCommand),
};

Console.WriteLine(string.Join('\t', cases.Keys));
while (Console.ReadLine() is { } request)
{
    string[] words = request.Split('\t');
    Func<Task> run = cases[words[0]];
    int count = int.Parse(words[1], CultureInfo.InvariantCulture);
    long begin = Stopwatch.GetTimestamp();
    for (int i = 0; i < count; i++)
    {
        await run();
    }

    Console.WriteLine(Stopwatch.GetElapsedTime(begin).TotalMicroseconds.ToString(CultureInfo.InvariantCulture));
}
