using System.Diagnostics;
using System.Xml.Linq;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Reporting;
using Isolation.Benchmarks.Subjects;
using Isolation.Linux;
using Isolation.Plugins;
using Isolation.TestPlugin;

namespace Isolation.Benchmarks.Working;

/// <summary>
/// Measures the time until a .NET plug-in answers (framework-dependent, compiled ahead, and from a spare process), and
/// the time of one call.
/// </summary>
internal static class PluginStarts
{
    internal const string Name = "plugins";

    private const int Calls = 2000;

    internal static async Task<int> RunAsync(ReadOnlyMemory<string> arguments)
    {
        int rounds = arguments.Length > 0 ? int.Parse(arguments.Span[0], null) : 20;
        DirectoryInfo workspace = Directory.CreateTempSubdirectory("isolation-plugins-");
        try
        {
            string plain = await PublishAsync(workspace.FullName, "plain", []);
            string ahead = await PublishAsync(
                workspace.FullName, "ahead",
                ["-p:PublishReadyToRun=true", "--use-current-runtime", "--self-contained", "false"]);
            Open(workspace);
            MachineFacts facts = await MachineFacts.ReadAsync();
            Console.WriteLine(
                $"{facts.Processor}, {facts.Cores} cores, Linux {facts.Kernel}, {facts.Runtime}, as {facts.User}, "
                + $"{facts.Date}, {rounds} rounds\n");
            double[] plainStarts = new double[rounds], aheadStarts = new double[rounds],
            plainSpares = new double[rounds];
            await StartAsync(plain);
            await StartAsync(ahead);
            for (int round = 0; round < rounds; round++)
            {
                plainStarts[round] = await StartAsync(plain);
                aheadStarts[round] = await StartAsync(ahead);
                plainSpares[round] = await TakeOverAsync(plain);
            }

            MarkdownTable table = new("from", "to", "median", "95th percentile");
            Add(table, "start, framework-dependent", "first answer", plainStarts);
            Add(table, "start, ready-to-run", "first answer", aheadStarts);
            Add(table, "end of a process, with a spare", "first answer of the next", plainSpares);
            Add(table, "call", "answer", await CallAsync(plain));
            System.Text.StringBuilder text = new();
            table.AppendTo(text);
            Console.Write(text);
            return 0;
        }
        finally
        {
            workspace.Delete(recursive: true);
        }
    }

    private static void Add(MarkdownTable table, string from, string to, double[] microseconds) =>
        table.Add(
            from, to, Units.Milliseconds(Statistics.Quantile(microseconds, 0.5)),
            Units.Milliseconds(Statistics.Quantile(microseconds, 0.95)));

    private static Plugin<ITestPlugin> Make(string assembly, int spares)
    {
        PluginOptions options = new PluginOptions { Spares = spares }.UseDotNetProgram(assembly);
        return new Plugin<ITestPlugin>("measured", LinuxSandboxProvider.Default, options);
    }

    private static async Task<double> StartAsync(string assembly)
    {
        await using Plugin<ITestPlugin> plugin = Make(assembly, 0);
        long start = Stopwatch.GetTimestamp();
        await plugin.StartAsync();
        await plugin.CallAsync((test, token) => test.EchoAsync("", token));
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static async Task<double> TakeOverAsync(string assembly)
    {
        await using Plugin<ITestPlugin> plugin = Make(assembly, 1);
        await plugin.StartAsync();

        // There is no event for a ready spare. Two seconds are enough: a spare takes no longer than the first process.
        await Task.Delay(TimeSpan.FromSeconds(2));
        try
        {
            await plugin.CallAsync((test, token) => test.CrashAsync("", token));
        }
        catch (PluginUnavailableException)
        {
            // The crash is intended.
        }

        long start = Stopwatch.GetTimestamp();
        await plugin.CallAsync((test, token) => test.EchoAsync("", token));
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static async Task<double[]> CallAsync(string assembly)
    {
        await using Plugin<ITestPlugin> plugin = Make(assembly, 0);
        await plugin.StartAsync();
        double[] times = new double[Calls];
        for (int call = -Calls; call < Calls; call++)
        {
            long start = Stopwatch.GetTimestamp();
            await plugin.CallAsync((test, token) => test.EchoAsync("", token));
            times[Math.Max(call, 0)] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return times;
    }

    /// <summary>
    /// Publishes the test plug-in from a generated project. Publishing the project of the repository for a runtime
    /// would change its lock file.
    /// </summary>
    private static async Task<string> PublishAsync(string workspace, string name, string[] options)
    {
        string directory = Path.Combine(workspace, name), output = Path.Combine(directory, "out");
        Directory.CreateDirectory(directory);
        XElement versions = XElement.Load(Repository.Find("Directory.Packages.props"));
        string Version(string package) =>
            versions.Descendants("PackageVersion").Single(one => one.Attribute("Include")?.Value == package)
            .Attribute("Version")!.Value
            .Replace("$(MicrosoftExtensionsVersion)", versions.Descendants("MicrosoftExtensionsVersion").Single().Value,
                StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(directory, "Isolation.TestPlugin.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <Nullable>enable</Nullable>
                <SatelliteResourceLanguages>en</SatelliteResourceLanguages>
              </PropertyGroup>
              <ItemGroup>
                <Compile Include="{Repository.Find("tests/Isolation.TestPlugin")}/*.cs" />
                <Reference Include="{typeof(PluginProgram).Assembly.Location}" />
                <PackageReference Include="StreamJsonRpc" Version="{Version("StreamJsonRpc")}" />
                <PackageReference Include="Microsoft.Extensions.Logging.Abstractions"
                                  Version="{Version("Microsoft.Extensions.Logging.Abstractions")}" />
              </ItemGroup>
            </Project>
            """);
        ProcessStartInfo start = new(
            "dotnet", ["publish", directory, "-c", "Release", "-o", output, "-v", "q", "--nologo", .. options]);
        using Process publish = Process.Start(start)!;
        await publish.WaitForExitAsync();
        return publish.ExitCode == 0
            ? Path.Combine(output, "Isolation.TestPlugin.dll")
            : throw new InvalidOperationException($"dotnet publish failed for {name}.");
    }

    /// <summary>Lets the payload's user read the published files.</summary>
    private static void Open(DirectoryInfo directory)
    {
        directory.UnixFileMode |= UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead
            | UnixFileMode.OtherExecute;
    }
}
