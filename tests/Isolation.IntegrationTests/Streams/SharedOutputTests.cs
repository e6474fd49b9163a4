using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams;

/// <summary>Outputs that other processes hold open: children of the command, and the application.</summary>
public sealed class SharedOutputTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_child_that_holds_the_output_is_not_waited_for()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        SandboxResult result = await sandbox.RunAsync(Guest.Shell("sleep 100000 & echo done"));

        Assert.That(Guest.Output(result), Is.EqualTo("done"));
    }

    [Test]
    public async Task A_child_that_goes_on_writing_is_not_waited_for()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        SandboxResult result = await sandbox.RunAsync(
            Guest.Shell(
                "cat /dev/zero & head -c 3 /dev/zero > /dev/null; exit 5") with
            {
                StandardOutput = OutputTarget.ToStream(Stream.Null),
            });

        Assert.That(result.ExitCode, Is.EqualTo(5));
    }

    [Test]
    public async Task The_host_s_own_outputs()
    {
        SandboxCommand command = Guest.Shell(
            "test $(stat -L -c %d:%i /proc/$$/fd/1) = $(stat -L -c %d:%i /proc/$$/fd/3)")
            with
        { StandardOutput = OutputTarget.Inherit, StandardError = OutputTarget.Inherit };
        using Microsoft.Win32.SafeHandles.SafeFileHandle own = new(1, ownsHandle: false);

        SandboxResult result = await Guest.Provider.RunAsync(
            Specification, command with { Descriptors = command.Descriptors.Add(3, own) });

        Assert.That(result.ExitCode, Is.Zero);
    }
}
