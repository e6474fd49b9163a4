using System.Diagnostics;
using Isolation;
using Isolation.Linux;

// What a user's first program may look like, with nothing but the packages.
string[] besides = ["/bin", "/lib", "/lib64"];
string[] folders = ["/usr", .. besides.Where(Directory.Exists)];
Stopwatch watch = Stopwatch.StartNew();
SandboxResult result = await new SandboxBuilder()
    .WithRoot(root => root.FromHost(folders).Proc().Devices().Temporary("/tmp", 16.MiB()))
    .RunAsync(
        LinuxSandboxProvider.Default,
        new SandboxCommand("/bin/sh", "-c", "echo hello; id -u") { WallTime = TimeSpan.FromSeconds(10) });
watch.Stop();

Console.Write(result.EnsureSuccess().StandardOutput.Text);
Console.WriteLine($"program: {result.WallTime.TotalMilliseconds:F1} ms, {result.PeakMemory / 1024} KiB");
Console.WriteLine($"all together: {watch.Elapsed.TotalMilliseconds:F1} ms");
return result.StandardOutput.Text.StartsWith("hello\n", StringComparison.Ordinal) ? 0 : 1;
