using System.Runtime.Versioning;
using Isolation.Linux;
using Isolation.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>The snippets of docs/mounts.md, docs/namespaces.md, docs/errors.md and others.</summary>
[SupportedOSPlatform("linux")]
[Category("OlderKernel")]
public sealed class Environments
{
    private string _directory = "";

    [SetUp]
    public void MakeDirectory()
    {
        _directory = Directory.CreateTempSubdirectory("snippets-").FullName;
        File.SetUnixFileMode(
            _directory, File.GetUnixFileMode(_directory) | UnixFileMode.OtherRead | UnixFileMode.OtherExecute);
    }

    [TearDown]
    public void RemoveDirectory() => Directory.Delete(_directory, recursive: true);

    [Test]
    public async Task Files()
    {
        Requires.UserNamespaces();
        string work = _directory;
        await File.WriteAllTextAsync(Path.Combine(work, "input.txt"), "data");

        // snippet: files
        SandboxSpecification specification = SandboxPresets.HostPrograms()
            .AddToRoot(root => root
                .Bind(work, "/data")
                .File("/etc/settings.json", """{ "level": 3 }""")
                .Directory("/out", directory => directory with { Owner = EntryOwner.User })
                .Temporary("/scratch", 8.MiB()))
            .Build();

        SandboxResult result = await LinuxSandboxProvider.Default.RunAsync(
            specification, new SandboxCommand("cat", "/data/input.txt", "/etc/settings.json"));
        // snippet end

        Assert.That(result.EnsureSuccess().StandardOutput.Text, Is.EqualTo("""data{ "level": 3 }"""));
    }

    [Test]
    public async Task Namespaced()
    {
        Requires.UserNamespaces();

        // snippet: namespaces
        await using ISandbox sandbox = await SandboxPresets.HostPrograms()
            .WithHostNamespaces(Namespaces.Cgroup)
            .WithPreferredNamespaces(Namespaces.Time)
            .WithHostName("judge")
            .WithUser(0, 0)
            .CreateAsync(LinuxSandboxProvider.Default);

        SandboxResult result = await sandbox.RunAsync(new SandboxCommand("sh", "-c", "id -u; uname -n"));
        foreach (NotApplied missing in sandbox.Report.NotApplied)
        {
            Console.WriteLine($"{missing.Feature}: {missing.Reason} {missing.Remedy}");
        }
        // snippet end

        Assert.That(result.StandardOutput.Text, Is.EqualTo("0\njudge\n"));
    }

    [Test]
    public async Task Errors()
    {
        Requires.UserNamespaces();
        string message = "";

        // snippet: errors
        try
        {
            SandboxBuilder builder = SandboxPresets.HostPrograms().AddToRoot(
                root => root.Bind("/no/such/directory", "/data"));
            await builder.RunAsync(LinuxSandboxProvider.Default, new SandboxCommand("true"));
        }
        catch (SandboxSpecificationException exception)
        {
            Console.WriteLine(string.Join('\n', exception.Errors));
        }
        catch (SandboxException exception)
        {
            // Cannot open /no/such/directory: ENOENT (No such file or directory).
            message = exception.Message;
            Console.WriteLine($"{exception.Target}, {exception.ErrorName}, {exception.Remedy}");
        }
        // snippet end

        Assert.That(message, Does.StartWith("Cannot open /no/such/directory: ENOENT (No such file or directory)."));
    }

    [Test]
    public async Task Injected()
    {
        Requires.UserNamespaces();

        // snippet: injection
        ServiceCollection services = new();
        services.AddIsolation(options => options.DefaultWallTime = TimeSpan.FromSeconds(10)).AddLinux();

        await using ServiceProvider application = services.BuildServiceProvider();
        ISandboxProvider provider = application.GetRequiredService<ISandboxProvider>();
        SandboxResult result = await SandboxPresets.HostPrograms().RunAsync(provider, new SandboxCommand("true"));
        // snippet end

        Assert.That(result.IsSuccess);
    }

    [Test]
    public async Task Faked()
    {
        // snippet: fake
        FakeSandboxProvider provider = new FakeSandboxProvider()
            .WithProgram("python3", new FakeResponse { StandardOutput = "42\n" })
            .WithProgram("gcc", new FakeResponse { Exit = FakeExit.Killed(SandboxOutcome.MemoryExceeded) });

        SandboxResult answer = await SandboxPresets.HostPrograms().RunAsync(
            provider, new SandboxCommand("python3", "main.py"));
        SandboxResult build = await SandboxPresets.HostPrograms().RunAsync(
            provider, new SandboxCommand("gcc", "main.c"));
        // snippet end

        Assert.Multiple(() =>
        {
            Assert.That(answer.StandardOutput.Text, Is.EqualTo("42\n"));
            Assert.That(build.Outcome, Is.EqualTo(SandboxOutcome.MemoryExceeded));
        });
    }

    [Test]
    public async Task Observed()
    {
        FakeSandboxProvider provider = new();
        ILogger<InstrumentedSandboxProvider> logger = NullLogger<InstrumentedSandboxProvider>.Instance;

        // snippet: telemetry
        InstrumentedSandboxProvider observed = new(provider, logger);
        // snippet end

        provider.WithProgram("true", new FakeResponse());
        Assert.That((await observed.RunAsync(new SandboxSpecification(), new SandboxCommand("true"))).IsSuccess);
    }

    [Test]
    public async Task Checked()
    {
        Requires.UserNamespaces();
        IServiceCollection services = new ServiceCollection()
            .AddLogging()
            .AddIsolation(options => options.Profiles["judge"] = new SandboxProfileOptions())
            .AddLinux();

        // snippet: health
        services.AddHealthChecks().AddIsolation(options =>
        {
            options.Profile = "judge";
            options.Timeout = TimeSpan.FromSeconds(30);
        });
        // snippet end

        await using ServiceProvider application = services.BuildServiceProvider();
        HealthReport report = await application.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        Assert.That(report.Status, Is.EqualTo(HealthStatus.Healthy), report.Entries["isolation"].Description);
    }

    [Test]
    public async Task Layered()
    {
        Requires.UserNamespaces();
        string basis = Directory.CreateDirectory(Path.Combine(_directory, "basis")).FullName;
        string patch = Directory.CreateDirectory(Path.Combine(_directory, "patch")).FullName;
        await File.WriteAllTextAsync(Path.Combine(basis, "name"), "basis");
        await File.WriteAllTextAsync(Path.Combine(patch, "name"), "patch");

        // snippet: overlay
        SandboxSpecification specification = new SandboxBuilder()
            .WithRoot(root => root
                .FromLayers(patch, basis)
                .FromHost("/usr")
                .FromHostIfPresent("/bin", "/lib", "/lib64"))
            .WithUser(0, 0)
            .Build();

        SandboxResult result = await LinuxSandboxProvider.Default.RunAsync(
            specification, new SandboxCommand("sh", "-c", "cat /name"));
        // snippet end

        Assert.That(result.StandardOutput.Text, Is.EqualTo("patch"), result.StandardError.Text);
    }
}
