#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// Compares two versions of the library by turns, in one run:
//   dotnet run benchmarks/CompareVersions.cs -- BASE-TREE NEW-TREE [ROUNDS]
// Each tree is a checkout (git worktree add). In every round both versions run each case ten times, in a new order; the
// ratio is the median of the ratios of the rounds.

using System.Diagnostics;
using System.Globalization;

const int RunsPerRound = 10;

if (args.Length < 2)
{
    Console.Error.WriteLine("usage: dotnet run benchmarks/CompareVersions.cs -- BASE-TREE NEW-TREE [ROUNDS]");
    return 2;
}

int rounds = args.Length > 2 ? int.Parse(args[2], CultureInfo.InvariantCulture) : 250;
string directory = Directory.CreateTempSubdirectory("isolation-versions-").FullName;
try
{
    Worker[] workers = [Worker.Build(directory, "base", args[0]), Worker.Build(directory, "new", args[1])];
    string[] cases = workers[0].Start();
    workers[1].Start();

    Console.WriteLine($"{"case",-28}{"base, µs",12}{"new, µs",12}{"ratio",9}");
    foreach (string name in cases)
    {
        double[][] times = [new double[rounds], new double[rounds]];
        for (int round = -1; round < rounds; round++)
        {
            int first = Random.Shared.Next(2);
            foreach (int index in (int[])[first, 1 - first])
            {
                double took = workers[index].Run(name, RunsPerRound) / RunsPerRound;
                if (round >= 0)
                {
                    times[index][round] = took;
                }
            }
        }

        double ratio = Median([.. times[0].Zip(times[1], (before, after) => after / before)]);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-28}{Median(times[0]),12:F0}{Median(times[1]),12:F0}{ratio,9:F3}"));
    }

    foreach (Worker worker in workers)
    {
        worker.End();
    }
}
finally
{
    Directory.Delete(directory, recursive: true);
}

return 0;

static double Median(double[] values)
{
    Array.Sort(values);
    return values[values.Length / 2];
}

internal sealed class Worker
{
    private readonly string _program;
    private Process _process = null!;

    private Worker(string program) => _program = program;

    internal static Worker Build(string directory, string name, string tree)
    {
        tree = Path.GetFullPath(tree);
        string project = Path.Combine(directory, name, "Worker.csproj");
        string output = Path.Combine(directory, name, "out");
        Directory.CreateDirectory(Path.GetDirectoryName(project)!);
        string benchmarks = Path.Combine(Directory.GetCurrentDirectory(), "benchmarks");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <InvariantGlobalization>true</InvariantGlobalization>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="{benchmarks}/versions/Worker.cs" />
                <Compile Include="{benchmarks}/Isolation.Benchmarks/Subjects/BenchmarkRoot.cs" />
                <Compile Include="{benchmarks}/Isolation.Benchmarks/Subjects/Elf.cs" />
                <Compile Include="{benchmarks}/Isolation.Benchmarks/Subjects/Subject.cs" />
                <ProjectReference Include="{tree}/src/Isolation.Core/Isolation.Core.csproj" />
                <ProjectReference Include="{tree}/src/Isolation.Linux/Isolation.Linux.csproj" />
              </ItemGroup>
            </Project>
            """);
        string configuration = Path.Combine(tree, "nuget.config");
        Execute("dotnet", "restore", project, "--configfile", configuration);
        Execute(
            "dotnet", "build", project, "--no-restore", "-c", "Release", "-p:RunAnalyzers=false", "-v", "q",
            "-o", output);
        return new Worker(Path.Combine(output, "Worker.dll"));
    }

    internal string[] Start()
    {
        _process = Process.Start(new ProcessStartInfo("dotnet", [_program])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        return ReadLine().Split('\t');
    }

    internal double Run(string name, int count)
    {
        _process.StandardInput.WriteLine($"{name}\t{count}");
        return double.Parse(ReadLine(), CultureInfo.InvariantCulture);
    }

    internal void End()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
    }

    private static void Execute(string program, params string[] arguments)
    {
        using Process process = Process.Start(program, arguments);
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed.");
        }
    }

    private string ReadLine() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{_program} ended.");
}
