using System.Diagnostics;
using Isolation;
using Isolation.Linux;
using Isolation.Plugins;
using PackageConsumer;

// The program starts itself as the plug-in, see below.
if (args is ["--plugin"])
{
    return await PluginProgram.RunAsync<IAdder>(_ => new Adder());
}

// A typical first program of a user, with only the packages.
string[] besides = ["/bin", "/lib", "/lib64"];
string[] directories = ["/usr", .. besides.Where(Directory.Exists)];
Stopwatch watch = Stopwatch.StartNew();
SandboxResult result = await new SandboxBuilder()
    .WithRoot(root => root.FromHost(directories).Proc().Devices().Temporary("/tmp", 16.MiB()))
    .RunAsync(
        LinuxSandboxProvider.Default,
        new SandboxCommand("/bin/sh", "-c", "echo hello; id -u") { WallTime = TimeSpan.FromSeconds(10) });
watch.Stop();

Console.Write(result.EnsureSuccess().StandardOutput.Text);
Console.WriteLine($"program: {result.WallTime.TotalMilliseconds:F1} ms, {result.PeakMemory / 1024} KiB");
Console.WriteLine($"all together: {watch.Elapsed.TotalMilliseconds:F1} ms");

DotNetProgram program = DotNetProgram.FromAssembly(Path.Combine(AppContext.BaseDirectory, "PackageConsumer.dll"));
PluginOptions options = new()
{
    Specification = SandboxPresets.PlugIn().WithLimits(limits => limits.BestEffort()).AddDotNetProgram(program).Build(),
    Command = program.ToCommand("--plugin").Build(),
    StartTimeout = TimeSpan.FromMinutes(2),
};
await using Plugin<IAdder> plugin = new("adder", LinuxSandboxProvider.Default, options);
await plugin.StartAsync();
int sum = await plugin.CallAsync((adder, token) => adder.AddAsync(20, 22, token), TimeSpan.FromMinutes(1));
Console.WriteLine($"plug-in: {sum}");
if (sum != 42)
{
    return 1;
}

return result.StandardOutput.Text.StartsWith("hello\n", StringComparison.Ordinal) ? 0 : 1;
