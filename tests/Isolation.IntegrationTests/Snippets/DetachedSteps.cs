using Isolation.IntegrationTests.Support;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>The snippets of the documents about detached sandboxes and process 1.</summary>
public sealed class DetachedSteps
{
    [Test]
    public async Task Process_1()
    {
        Requires.UserNamespaces();

        // snippet: command-role
        SandboxResult first = await LinuxSandboxProvider.Default.RunAsync(
            SandboxPresets.HostPrograms().Build(),
            new CommandBuilder("sh").WithArguments("-c", "echo $$").WithRole(CommandRole.Init).Build());
        // snippet end
        Assert.That(first.StandardOutput.Text, Is.EqualTo("1\n"));
    }

    [Test]
    public async Task A_detached_sandbox()
    {
        Requires.UserNamespaces();
        using HostDirectory runtime = new(HostDirectory.Private);
        if (!Environment.IsPrivilegedProcess)
        {
            // A user without a session has none.
            Environment.SetEnvironmentVariable("XDG_RUNTIME_DIR", runtime.Path);
        }

        // snippet: detached-create
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
        ISandbox sandbox = await provider.CreateAsync(
            SandboxPresets.HostPrograms().WithName("build").WithLifetime(SandboxLifetime.Detached).Build());
        ISandboxProcess process = await sandbox.StartAsync(new SandboxCommand("sh", "-c", "sleep 0.1; exit 7"));
        await sandbox.DisposeAsync(); // Releases the sandbox; it and its command continue.
        // snippet end
        Assert.That(HostProcess.IsAlive(sandbox.ProcessId));

        // snippet: detached-attach
        DetachedSandbox found = (await provider.ListAsync()).Single(detached => detached.Name == "build");
        ISandbox attached = await provider.AttachAsync(found.Id);
        SandboxResult result = await attached.Processes.Single().WaitForExitAsync();
        await attached.StopAsync(); // Ends the sandbox and removes everything that belongs to it.
        // snippet end
        Assert.That((result.ExitCode, process.Number), Is.EqualTo((7, 1)));
        Assert.That(HostProcess.IsAlive(sandbox.ProcessId), Is.False);
    }
}
