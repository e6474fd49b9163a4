using System.Runtime.Versioning;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>
/// Commands that the kernel refuses: the exception names the step, the object and the error, and the sandbox lives on.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class CommandFailureTests : FailureTests
{
    [Test]
    public Task The_program_is_missing() =>
        RefusesCommandAsync(
            new SandboxCommand("/no/such/program"), "execute /no/such/program", "/no/such/program", "ENOENT");

    [Test]
    public Task The_program_is_in_no_directory_of_the_path() =>
        RefusesCommandAsync(
            new SandboxCommand("no-such-program"), "find in the PATH no-such-program", "no-such-program", "ENOENT");

    [Test]
    public Task The_program_is_a_directory() =>
        RefusesCommandAsync(new SandboxCommand("/usr"), "execute /usr", "/usr", "EACCES");

    [Test]
    public Task The_program_is_a_text() =>
        RefusesCommandAsync(new SandboxCommand("/tmp/text"), "execute /tmp/text", "/tmp/text", "ENOEXEC");

    [Test]
    public Task The_working_directory_is_missing() =>
        RefusesCommandAsync(
            new SandboxCommand("/bin/true") { WorkingDirectory = "/no/such/directory" },
            "enter the working directory /no/such/directory", "/no/such/directory", "ENOENT");

    [Test]
    public Task A_limit_is_higher_than_allowed() =>
        RefusesCommandAsync(
            new SandboxCommand("/bin/true")
            {
                ResourceLimits = [new ResourceLimit(LimitedResource.OpenFiles, 1UL << 40)],
            },
            "set the resource limit OpenFiles", "OpenFiles", "EPERM");

    [Test]
    public Task A_user_is_not_mapped() =>
        RefusesCommandAsync(
            new SandboxCommand("/bin/true") { User = new SandboxUser(3_000_000, 3_000_000) }, "become the group",
            null, "EINVAL");

    [Test]
    public Task A_processor_does_not_exist() =>
        RefusesCommandAsync(
            new SandboxCommand("/bin/true") { Affinity = [1000] }, "set the CPU affinity", null, "EINVAL");

    [Test]
    public Task A_nice_value_is_not_allowed() =>
        RefusesCommandAsync(new SandboxCommand("/bin/true") { Nice = -20 }, "set the nice value", null, "EACCES");

    [Test]
    public Task The_file_for_input_is_missing() =>
        RefusesCommandAsync(
            new SandboxCommand("/bin/true") { StandardInput = InputSource.FromFile("/no/such/file") },
            "open /no/such/file", "/no/such/file", "ENOENT");

    [Test]
    public Task The_arguments_are_too_long() =>
        RefusesCommandAsync(
            new SandboxCommand("/bin/true", [new string('a', 1 << 20)]), "execute /bin/true", "/bin/true", "E2BIG");

    private static async Task RefusesCommandAsync(SandboxCommand command, string stage, string? target, string error)
    {
        SandboxSpecification specification = With(
            new FileEntry("/tmp/text", "\x1\x2"u8.ToArray()) { Mode = (UnixFileMode)0b111_101_101 });
        await using ISandbox sandbox = await Provider.CreateAsync(specification);
        SandboxException?[] exceptions =
        [
            await Assert.ThrowsAsync<SandboxException>(() => Provider.RunAsync(specification, command)),
            await Assert.ThrowsAsync<SandboxException>(() => sandbox.RunAsync(command)),
            await Assert.ThrowsAsync<SandboxException>(() => sandbox.StartAsync(command)),
        ];
        foreach (SandboxException? exception in exceptions)
        {
            AssertSays(exception!, stage, target, error, null);
        }

        (await sandbox.RunAsync(new SandboxCommand("/bin/true"))).EnsureSuccess();
    }
}
