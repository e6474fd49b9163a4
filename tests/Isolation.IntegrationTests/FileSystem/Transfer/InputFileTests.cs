using System.Globalization;
using HostProgram = Isolation.IntegrationTests.Support.HostProgram;
using Isolation.IntegrationTests.Streams;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Parts;
using Isolation.Linux.Planning;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.FileSystem.Transfer;

/// <summary>
/// A file of the host that is a command's input is not the command's to change, though procfs opens it again by its
/// path.
/// </summary>
public sealed class InputFileTests
{
    /// <summary>
    /// Tries every way to change the file that a descriptor stands for, and prints those that the kernel let pass.
    /// </summary>
    private const string Attack = """
        import os, sys
        n = int(sys.argv[1])
        def attempt(name, what):
            try:
                what()
                print(name)
            except OSError:
                pass
        for path in f'/proc/self/fd/{n}', f'/dev/fd/{n}':
            attempt('write', lambda: os.write(os.open(path, os.O_WRONLY | os.O_NONBLOCK), b'changed'))
            attempt('read and write', lambda: os.write(os.open(path, os.O_RDWR | os.O_NONBLOCK), b'changed'))
            attempt('truncate', lambda: os.close(os.open(path, os.O_RDONLY | os.O_TRUNC | os.O_NONBLOCK)))
        attempt('own write', lambda: os.write(n, b'changed'))
        attempt('own truncate', lambda: os.ftruncate(n, 0))
        if sys.argv[2] == 'all':
            attempt('mode', lambda: os.fchmod(n, 0o777))
            attempt('attribute', lambda: os.setxattr(n, 'user.changed', b'changed'))
        attempt(
            'write after all',
            lambda: os.write(os.open(f'/proc/self/fd/{n}', os.O_WRONLY | os.O_NONBLOCK), b'changed'))
        """;

    [SetUp]
    public void SetUp() => Guest.RequirePython();

    /// <summary>The attack works on a file that is passed as it is.</summary>
    [Test]
    public async Task A_descriptor_of_a_file_lets_its_owner_change_it()
    {
        Requires.UserNamespaces();
        using HostDirectory directory = new();
        string file = directory.Write("input", StreamKinds.Large);
        SandboxSpecification specification = Guest.Specification();
        GiveToPayload(file, specification);
        using SafeFileHandle handle = HostDescriptor.OfFile(file);

        await Guest.Provider.RunAsync(
            specification,
            Guest.Python(Attack, "5", "all") with { Descriptors = Guest.Python("").Descriptors.Add(5, handle) });

        Assert.That(await File.ReadAllTextAsync(file), Does.StartWith("changed"));
    }

    [Test]
    public async Task A_file_as_input_cannot_be_changed_by_its_owner(
        [ValueSource(typeof(StreamKinds), nameof(StreamKinds.Presets))] string preset,
        [Values(10, StreamKinds.Large, StreamKinds.Huge)] int size)
    {
        StreamKinds.Require(preset);
        using HostDirectory directory = new();
        string file = directory.Write("input", size);
        SandboxSpecification specification = StreamKinds.Preset(preset);
        GiveToPayload(file, specification);

        await CheckAsync(specification, file, size);
    }

    [Test]
    public async Task A_file_as_input_cannot_be_changed_by_the_sandbox_s_root(
        [ValueSource(typeof(StreamKinds), nameof(StreamKinds.Presets))] string preset,
        [Values(StreamKinds.Large, StreamKinds.Huge)] int size)
    {
        StreamKinds.Require(preset);
        using HostDirectory directory = new();
        string file = directory.Write("input", size);

        await CheckAsync(StreamKinds.Preset(preset) is { User: var user } specification
            && user == SandboxUser.SameAsHost ? specification : StreamKinds.Preset(preset).AsRoot(), file, size);
    }

    [Test]
    public async Task A_file_as_input_cannot_be_changed_by_root_without_a_user_namespace(
        [Values(StreamKinds.Large, StreamKinds.Huge)] int size)
    {
        Requires.Root();
        using HostDirectory directory = new();
        SandboxSpecification specification = Guest.Specification()
            .AsRoot() with
        { Namespaces = NamespaceSet.NewOnly(Namespaces.All & ~Namespaces.User) };

        await CheckAsync(specification, directory.Write("input", size), size);
    }

    [Test]
    public async Task A_file_that_everybody_may_write_cannot_be_changed_as_input(
        [Values(10, StreamKinds.Large, StreamKinds.Huge)] int size)
    {
        Requires.UserNamespaces();
        using HostDirectory directory = new();

        await CheckAsync(Guest.Specification(), directory.Write("input", size, HostDirectory.Everybody), size);
    }

    /// <summary>A rule for one command's input is no rule for the next command.</summary>
    [Test]
    public async Task The_next_command_cannot_read_the_input_of_one_before()
    {
        StreamKinds.Require("Unprivileged");
        using HostDirectory directory = new();
        string first = directory.Write("first", StreamKinds.Huge, (UnixFileMode)0b100_100_100);
        SandboxCommand command = Guest.Shell("head -c 1 $1; head -c 1 /dev/stdin; ls / /tmp 2>&1 | wc -l", first);
        await using ISandbox sandbox = await StreamKinds.Preset("Unprivileged").CreateAsync();

        SandboxResult own = await sandbox.RunAsync(command with { StandardInput = InputSource.FromFile(first) });
        SandboxResult next = await sandbox.RunAsync(
            command with
            {
                StandardInput = InputSource.FromFile(
                    directory.Write("second", StreamKinds.Huge, (UnixFileMode)0b100_100_100)),
            });
        SandboxResult last = await sandbox.RunAsync(command);

        Assert.Multiple(() =>
        {
            Assert.That(own.StandardOutput.Text.Trim(), Is.EqualTo("xx2"));
            Assert.That(
                (next.StandardOutput.Text.Trim(), next.StandardError.Text),
                Is.EqualTo(("x2", $"head: cannot open '{first}' for reading: Permission denied\n")));
            Assert.That(last.StandardOutput.Text.Trim(), Is.EqualTo("2"));
        });
    }

    private static async Task CheckAsync(SandboxSpecification specification, string file, int size)
    {
        // Nothing keeps an ordinary user's payload from changing the mode of a file that is too large to be copied; its
        // content is safe all the same.
        string attacks = Environment.IsPrivilegedProcess || size < StreamKinds.Huge ? "all" : "content";
        byte[] content = await File.ReadAllBytesAsync(file);
        UnixFileMode mode = File.GetUnixFileMode(file);
        SandboxCommand command = Guest.Python(Attack, "0", attacks) with { StandardInput = InputSource.FromFile(file) };
        await using ISandbox sandbox = await specification.CreateAsync();

        SandboxResult[] results = [await sandbox.RunAsync(command),
            await Guest.Provider.RunAsync(specification, command)];

        Assert.Multiple(() =>
        {
            Assert.That(
                results.Select(result => result.IsSuccess), Is.All.True,
                $"{results[0].StandardError}{results[1].StandardError}");
            Assert.That(
                File.ReadAllBytes(file).AsSpan().SequenceEqual(content), Is.True,
                $"{results[0].StandardOutput}{results[1].StandardOutput}");
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(mode));
        });
    }

    /// <summary>Of a root host; the payloads of an ordinary user own its files anyway.</summary>
    private static void GiveToPayload(string file, SandboxSpecification specification)
    {
        if (Environment.IsPrivilegedProcess && SandboxPlanner.Plan(
            specification, PlanningHost.Current).IdMap?.OwnerOf(specification.User) is { } owner)
        {
            HostProgram.Run("chown", string.Create(CultureInfo.InvariantCulture, $"{owner.User}:{owner.Group}"), file);
        }
    }
}
