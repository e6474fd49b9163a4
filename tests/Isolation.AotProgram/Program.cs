using System.Diagnostics;
using Isolation;
using Isolation.AotProgram;
using Isolation.Linux;
using Microsoft.Extensions.Diagnostics.HealthChecks;

// Uses every layer of the library in a native AOT program. Exits with 1 at the first failed expectation.

LinuxSandboxProvider provider = LinuxSandboxProvider.Default;

string[] besides = ["/bin", "/lib", "/lib64"];
string[] directories = ["/usr", .. besides.Where(Directory.Exists)];
Stopwatch watch = Stopwatch.StartNew();
await using ISandbox sandbox = await new SandboxBuilder()
    .WithRoot(root => root.FromHost(directories).Proc().Devices().Temporary("/tmp", 16.MiB()))
    .CreateAsync(provider);
Console.WriteLine($"made in {watch.Elapsed.TotalMilliseconds:F1} ms: {sandbox.Report.Applied.Length} steps");

SandboxResult result = await sandbox.RunAsync(
    new CommandBuilder("/bin/sh")
        .WithArguments("-c", "echo hello; id -u; cat; exit 7")
        .WithInputText("and good bye\n")
        .Build());
Expect.Equal(SandboxOutcome.Completed, result.Outcome, "outcome");
Expect.Equal(7, result.ExitCode, "exit code");
string[] lines = result.StandardOutput.Text.Split('\n');
Expect.Equal("hello", lines[0], "first line");
Expect.Equal(sandbox.Specification.User.UserId.ToString(), lines[1], "user");
Expect.Equal("and good bye", lines[2], "standard input");
Console.WriteLine(
    $"said hello as user {lines[1]} in {result.WallTime.TotalMilliseconds:F1} ms, {result.PeakMemory / 1024} "
    + $"KiB at most");

SandboxResult processes = await sandbox.RunAsync(
    new CommandBuilder("/bin/sh").WithArguments("-c", "echo $$; ls -d /proc/[1-9]*").Build());
Expect.True(processes.StandardOutput.Text.Contains("/proc/1\n"), "the sandbox has its own processes");
Expect.True(
    !processes.StandardOutput.Text.Contains($"/proc/{Environment.ProcessId}\n"), "this process is not among them");

SandboxResult late = await sandbox.RunAsync(
    new CommandBuilder("/bin/sleep").WithArguments("60").WithWallTime(TimeSpan.FromMilliseconds(100)).Build());
Expect.Equal(SandboxOutcome.WallTimeExceeded, late.Outcome, "outcome of what takes too long");
Console.WriteLine($"killed what took too long after {late.WallTime.TotalMilliseconds:F0} ms");

SandboxException missing = await Expect.Throws<SandboxException>(
    () => sandbox.RunAsync(new SandboxCommand("/no/such/program")));
Console.WriteLine($"refused: {missing.Message.Split('\n')[0]}");
HealthCheckResult health = await new IsolationHealthCheck(provider).CheckHealthAsync(new HealthCheckContext());
Expect.Equal(HealthStatus.Healthy, health.Status, "health");
Console.WriteLine(health.Description);
Console.WriteLine("all well");
return 0;
