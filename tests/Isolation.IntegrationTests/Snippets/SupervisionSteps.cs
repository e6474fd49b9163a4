using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Contains the snippets about supervised system calls.</summary>
public sealed class SupervisionSteps
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Decisions()
    {
        // snippet: supervision
        const ulong InterNetwork = 2;
        SandboxCommand command = new CommandBuilder("sh").WithArguments("-c", "cd /tmp && pwd")
            .WithSystemCalls(calls => calls.Notify("socket", "chdir"))
            .WithSystemCallHandler((call, cancellationToken) => ValueTask.FromResult(
                call.Name == "socket"
                    && call["domain"] == InterNetwork ? SystemCallDecision.Deny(13) : SystemCallDecision.Allow))
            .Build();
        SandboxResult result = await SandboxPresets.HostPrograms().RunAsync(LinuxSandboxProvider.Default, command);
        // snippet end
        Assert.That(result.StandardOutput.Text, Is.EqualTo("/tmp\n"), result.StandardError.Text);
    }

    [Test]
    public async Task Observation()
    {
        // snippet: observation
        SandboxCommand command = new CommandBuilder("unshare").WithArguments("-n", "true")
            .WithSystemCallObservation(SystemCallObservation.Denied)
            .Build();
        SandboxResult result = await SandboxPresets.HostPrograms().RunAsync(LinuxSandboxProvider.Default, command);
        foreach (ObservedCall call in result.ObservedCalls)
        {
            Console.WriteLine(call); // unshare Errno(1) 1×, such as unshare(unshare_flags=0x40000000)
        }

        SandboxResult learned = await SandboxPresets.HostPrograms().RunAsync(
            LinuxSandboxProvider.Default, new CommandBuilder("echo").WithArguments("hello")
                .WithSystemCallObservation(SystemCallObservation.All).Build());
        SystemCallFilter filter = SystemCallFilter.Allowing(learned.ObservedCalls);
        // snippet end
        Assert.That(result.ObservedCalls.Select(call => call.Name), Does.Contain("unshare"));
        Assert.That(filter.Rules.Single().Names, Does.Contain("execve"));
    }

    [Test]
    public async Task Reports()
    {
        // snippet: report
        SandboxResult result = await SandboxPresets.HostPrograms().RunAsync(
            LinuxSandboxProvider.Default, new SandboxCommand("true"));
        Console.WriteLine(result.Report);
        string json = result.Report!.ToJson();
        // snippet end
        Assert.That(json, Does.Contain("\"policy\""));
    }
}
