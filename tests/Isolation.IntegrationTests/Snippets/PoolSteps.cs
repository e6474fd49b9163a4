using Isolation.IntegrationTests.Limits;
using Isolation.Linux;
using Microsoft.Extensions.DependencyInjection;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Contains the snippets about pools.</summary>
public sealed class PoolSteps
{
    [SetUp]
    public void NeedUserNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task A_pool()
    {
        Groups.Require();
        // snippet: pool
        SandboxSpecification specification = SandboxPresets.Judge().Build();
        await using SandboxPool pool = new(LinuxSandboxProvider.Default, specification);

        SandboxResult result = await pool.RunAsync(new SandboxCommand("echo", "each run has a sandbox of its own"));
        // snippet end
        Assert.That(result.StandardOutput.Text, Is.EqualTo("each run has a sandbox of its own\n"));
    }

    [Test]
    public async Task A_lease()
    {
        Groups.Require();
        await using SandboxPool pool = new(LinuxSandboxProvider.Default, SandboxPresets.Judge().Build());

        // snippet: pool-lease
        using SandboxLease lease = await pool.AcquireAsync();
        await lease.Sandbox.RunAsync(new SandboxCommand("sh", "-c", "echo 42 > /tmp/answer"));
        SandboxResult answer = await lease.Sandbox.RunAsync(new SandboxCommand("cat", "/tmp/answer"));
        // snippet end
        Assert.That(answer.StandardOutput.Text, Is.EqualTo("42\n"));
    }

    [Test]
    public async Task With_dependency_injection()
    {
        Groups.Require();
        // snippet: pool-services
        ServiceCollection services = new();
        services.AddLogging();
        services.AddIsolation().AddLinux();
        services.AddSandboxPool("judge", SandboxPresets.Judge().Build(), options => options.ReadySandboxes = 4);
        services.AddHealthChecks().AddSandboxPool("judge");

        await using ServiceProvider application = services.BuildServiceProvider();
        SandboxPool pool = application.GetRequiredKeyedService<SandboxPool>("judge");
        await pool.WaitUntilReadyAsync();
        // snippet end
        Assert.That(pool.Status.Ready, Is.GreaterThanOrEqualTo(4));
    }
}
