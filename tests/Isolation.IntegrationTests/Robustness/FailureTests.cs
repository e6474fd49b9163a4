using System.Runtime.Versioning;
using Isolation.Linux;
using Isolation.Linux.Interop;
using Isolation.TestHost;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Provides a directory on the host, and compares the state of the host before and after each test.</summary>
[SupportedOSPlatform("linux")]
public abstract class FailureTests
{
    private HostState _before = null!;

    protected string TestDirectory { get; private set; } = null!;

    protected static LinuxSandboxProvider Provider => LinuxSandboxProvider.Default;

    protected static SandboxSpecification Standard => TestSandboxes.Standard;

    [SetUp]
    public async Task TakeState()
    {
        Requires.UserNamespaces();

        // Readable by every user: in the sandbox, the directory belongs to an unmapped user.
        TestDirectory = Directory.CreateTempSubdirectory("isolation-test-").FullName;
        File.SetUnixFileMode(TestDirectory, (UnixFileMode)0b111_101_101);
        (await Provider.RunAsync(Standard, new SandboxCommand("/bin/true"))).EnsureSuccess();
        _before = HostState.Capture();
    }

    [TearDown]
    public async Task CompareState()
    {
        if (TestDirectory is null)
        {
            return;
        }

        Directory.Delete(TestDirectory, recursive: true);
        if (_before is not null)
        {
            HostState.Capture().HasNothingMoreThan(_before, 100);
            (await Provider.RunAsync(Standard, new SandboxCommand("/bin/true"))).EnsureSuccess();
        }
    }

    protected static SandboxSpecification With(params MountEntry[] entries) =>
        Standard with { Mounts = [.. Standard.Mounts, .. entries] };

    protected static void AssertSays(
        SandboxException exception, string? stage, string? target, string? error, string? stageBegins)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exception.Stage, stage is null ? Does.StartWith(stageBegins ?? "") : Does.StartWith(stage));
            Assert.That(exception.Target, target is null ? Is.Not.Empty : Is.EqualTo(target));
            Assert.That(exception.ErrorName, error is null ? Is.Not.Empty : Is.EqualTo(error));
            Assert.That(
                exception.ErrorName, exception.ErrorNumber == 0
                    ? Is.Not.Null
                    : Is.EqualTo(ErrnoText.Name(exception.ErrorNumber)));
        }
    }
}
