using Isolation.IntegrationTests.Support;
using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>Contains the snippets about Landlock.</summary>
public sealed class LandlockSteps
{
    [Test]
    public async Task A_policy()
    {
        Requires.UserNamespaces();
        Requires.That(
            "landlock", LinuxSandboxProvider.Default.Support[IsolationFeature.Landlock].IsSupported,
            "Landlock is needed");

        // snippet: landlock
        SandboxSpecification reader = SandboxPresets.HostPrograms()
            .WithoutLandlock()
            .WithLandlock(landlock => landlock
                .ReadExecute("/usr", "/bin", "/lib")
                .AllowIfPresent(LandlockFileAccess.ReadExecute, "/lib64")
                .Read("/etc")
                .DenyTcp(Requirement.Prefer)
                .Scope(LandlockScopes.All, Requirement.Prefer))
            .Build();
        SandboxResult refused = await LinuxSandboxProvider.Default.RunAsync(
            reader, new SandboxCommand("touch", "/tmp/file"));

        Console.Write(refused.StandardError); // touch: cannot touch '/tmp/file': Permission denied
        // snippet end
        Assert.That(refused.StandardError.Text, Does.Contain("Permission denied"));
    }

    [Test]
    public async Task Behind_the_mounts()
    {
        Requires.UserNamespaces();
        Requires.That(
            "landlock", LinuxSandboxProvider.Default.Support[IsolationFeature.Landlock].IsSupported,
            "Landlock is needed");

        // snippet: mounts
        SandboxSpecification behind = SandboxPresets.Minimal()
            .WithLandlock(landlock => landlock.FollowMounts().DenyTcp(Requirement.Prefer))
            .Build();
        // snippet end
        await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(behind);
        Assert.That(sandbox.Report.Applied, Has.Some.StartsWith("make a Landlock ruleset"));
    }

    [Test]
    public async Task Without_namespaces()
    {
        Requires.That(
            "landlock", LinuxSandboxProvider.Default.Support[IsolationFeature.Landlock].IsSupported,
            "Landlock is needed");
        string directory = Path.GetTempPath();

        // snippet: unprivileged
        SandboxSpecification unprivileged = SandboxPresets.Unprivileged()
            .WithLandlock(landlock => landlock.ReadWrite(directory))
            .Build();
        await using ISandbox confined = await LinuxSandboxProvider.Default.CreateAsync(unprivileged);
        SandboxResult attempt = await confined.RunAsync(new SandboxCommand("cat", "/etc/passwd"));

        Console.Write(attempt.StandardError); // cat: /etc/passwd: Permission denied
        Console.WriteLine(string.Join('\n', confined.Report.NotApplied));
        // snippet end
        Assert.That(attempt.StandardError.Text, Does.Contain("Permission denied"));
    }

    [Test]
    public async Task A_writable_directory_without_namespaces()
    {
        Requires.That(
            "landlock", LinuxSandboxProvider.Default.Support[IsolationFeature.Landlock].IsSupported,
            "Landlock is needed");
        Guest.RequirePython();
        using HostDirectory own = new(HostDirectory.Private);
        string directory = own.Path;
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;

        // snippet: unprivileged-directory
        SandboxSpecification specification = SandboxPresets.Unprivileged()
            .WithLandlock(landlock => landlock
                .Allow(LandlockFileAccess.All, directory)
                .Read("/proc"))
            .Build();
        SandboxCommand command = new("python3", "-c", "import tempfile; print(tempfile.mkdtemp())")
        {
            Environment = SandboxCommand.DefaultEnvironment.SetItem("HOME", directory).SetItem("TMPDIR", directory),
        };
        SandboxResult result = await provider.RunAsync(specification, command);
        // snippet end
        Assert.That(result.StandardOutput.Text, Does.StartWith(directory));
    }
}
