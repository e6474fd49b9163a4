using System.Collections.Immutable;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Commands;

public sealed class ProgramTests
{
    private static readonly byte[] Script = "#!/bin/sh\necho found\n"u8.ToArray();

    private static readonly SandboxSpecification Specification = Guest.Specification(
        new FileEntry("/good/tool", Script) { Mode = HostDirectory.Everybody },
        new FileEntry("/closed/tool", Script),
        new DirectoryEntry("/directory/tool"),
        new DirectoryEntry("/empty"),
        new FileEntry("/file", Script),
        new FileEntry("/broken/tool", "no program"u8.ToArray()) { Mode = HostDirectory.Everybody },
        new SymbolicLinkEntry("/loop", "loop"));

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase("/good")]
    [TestCase("/missing:/good")]
    [TestCase("/empty:/good")]
    [TestCase("/closed:/good")]
    [TestCase("/directory:/good")]
    [TestCase("/file:/good")]
    [TestCase("/missing:/empty:/closed:/directory:/file:/good:/closed")]
    public async Task The_path_search_skips_entries_that_cannot_be_executed(string path) =>
        Assert.That(
            Guest.Output(await Guest.Provider.RunAsync(Specification, WithPath("tool", path))), Is.EqualTo("found"));

    [TestCase("")]
    [TestCase("/missing:")]
    public async Task An_empty_part_of_the_path_is_the_working_directory(string path)
    {
        SandboxCommand command = WithPath("tool", path) with { WorkingDirectory = "/good" };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo("found"));
    }

    [TestCase("/missing:/empty", "ENOENT")]
    [TestCase("/missing:/closed:/empty", "EACCES")]
    [TestCase("/loop:/good", "ELOOP")]
    public async Task A_program_that_is_not_found_says_why(string path, string error)
    {
        SandboxException refusal = await Specification.RefusalAsync(WithPath("tool", path));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo(error));
            Assert.That(refusal.Target, Is.EqualTo("tool"));
        });
    }

    [TestCase("/missing", "ENOENT")]
    [TestCase("/file/below", "ENOTDIR")]
    [TestCase("/closed/tool", "EACCES")]
    [TestCase("/good", "EACCES")]
    [TestCase("/broken/tool", "ENOEXEC")]
    public async Task A_program_that_cannot_be_run_says_why(string program, string error)
    {
        SandboxException refusal = await Specification.RefusalAsync(new SandboxCommand(program));

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo(error));
            Assert.That(refusal.Stage, Is.EqualTo($"execute {program}"));
        });
    }

    [Test]
    public async Task A_relative_program_is_found_from_the_working_directory()
    {
        SandboxCommand command = new("./tool") { WorkingDirectory = "/good" };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo("found"));
    }

    [Test]
    public async Task The_working_directory_is_the_root_by_default() =>
        Assert.That(await Specification.OutputAsync("pwd"), Is.EqualTo("/"));

    [Test]
    public async Task The_working_directory_is_the_one_given() =>
        Assert.That(
            Guest.Output(
                await Guest.Provider.RunAsync(Specification, Guest.Shell("pwd -P") with { WorkingDirectory = "/tmp" })),
            Is.EqualTo("/tmp"));

    [TestCase("/missing", "ENOENT")]
    [TestCase("/file", "ENOTDIR")]
    public async Task A_working_directory_that_is_none_is_an_error(string directory, string error)
    {
        SandboxException refusal = await Specification.RefusalAsync(
            Guest.Shell("true") with { WorkingDirectory = directory });

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo(error));
            Assert.That(refusal.Stage, Is.EqualTo($"enter the working directory {directory}"));
        });
    }

    [Test]
    public async Task A_refused_command_leaves_the_sandbox_as_it_was()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        for (int i = 0; i < 100; i++)
        {
            Assert.That(
                async () => await sandbox.RunAsync(new SandboxCommand("/missing")),
                Throws.InstanceOf<SandboxException>());
            Assert.That(
                async () => await sandbox.StartAsync(new SandboxCommand("/missing")),
                Throws.InstanceOf<SandboxException>());
        }

        Assert.That(await sandbox.OutputAsync("echo alive; cd /proc; set -- [0-9]*; echo $#"), Is.EqualTo("alive\n2"));
    }

    private static SandboxCommand WithPath(string program, string path) =>
        new(program) { Environment = ImmutableDictionary<string, string>.Empty.Add("PATH", path) };
}
