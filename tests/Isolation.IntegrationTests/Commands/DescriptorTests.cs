using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.IntegrationTests.Support;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.Commands;

public sealed class DescriptorTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Only_the_standard_streams_are_open() =>
        Assert.That(await OpenDescriptorsAsync(Guest.Shell("")), Is.EqualTo("0 1 2"));

    [Test]
    public async Task Only_what_is_passed_is_open()
    {
        using HostDirectory directory = new();
        using SafeFileHandle first = HostDescriptor.OfFile(directory.Write("first", "first\n"));
        using SafeFileHandle second = HostDescriptor.OfFile(directory.Write("second", "second\n"));
        SandboxCommand command = Guest.Shell("")
            with
        { Descriptors = Descriptors((3, first), (9, second), (250, first)) };

        Assert.That(await OpenDescriptorsAsync(command), Is.EqualTo("0 1 2 3 9 250"));
    }

    [Test]
    public async Task Each_has_the_number_that_was_asked_for()
    {
        using HostDirectory directory = new();
        using SafeFileHandle first = HostDescriptor.OfFile(directory.Write("first", "first\n"));
        using SafeFileHandle second = HostDescriptor.OfFile(directory.Write("second", "second\n"));
        SandboxCommand command = Guest.Shell("cat <&5; cat <&3")
            with
        { Descriptors = Descriptors((3, first), (5, second)) };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo("second\nfirst"));
    }

    [Test]
    public async Task Numbers_of_the_host_may_be_exchanged()
    {
        using HostDirectory directory = new();
        string one = directory.Write("one", "one\n"), two = directory.Write("two", "two\n"),
        three = directory.Write("three", "three\n");
        int[] numbers = HostDescriptor.FreeNumbers(3);
        using SafeFileHandle first = HostDescriptor.At(numbers[0], HostDescriptor.OfFile(one));
        using SafeFileHandle second = HostDescriptor.At(numbers[1], HostDescriptor.OfFile(two));
        using SafeFileHandle third = HostDescriptor.At(numbers[2], HostDescriptor.OfFile(three));
        SandboxCommand command = Guest.Shell(
            $"for n in {numbers[0]} {numbers[1]} {numbers[2]}; do cat /dev/fd/$n; done") with
        {
            Descriptors = Descriptors((numbers[0], third), (numbers[1], first), (numbers[2], second)),
        };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo("three\none\ntwo"));
    }

    [Test]
    public async Task Low_numbers_may_be_exchanged_whatever_init_uses()
    {
        using HostDirectory directory = new();
        SafeFileHandle[] handles = [.. Enumerable.Range(3, 30).Select(
            i => HostDescriptor.OfFile(directory.Write($"{i}", $"{i}\n")))];
        SandboxCommand command = Guest.Shell("for n in $(seq 3 32); do cat /dev/fd/$n; done") with
        {
            Descriptors = handles.Select((handle, i) => KeyValuePair.Create(32 - i, (SafeHandle)handle))
                .ToImmutableDictionary(),
        };

        string output = Guest.Output(await Guest.Provider.RunAsync(Specification, command));

        Assert.That(output.Split('\n'), Is.EqualTo(Enumerable.Range(3, 30).Reverse().Select(i => $"{i}")));
        Array.ForEach(handles, handle => handle.Dispose());
    }

    [Test]
    public async Task The_host_s_descriptors_stay_open_and_as_they_were()
    {
        using HostDirectory directory = new();
        using SafeFileHandle handle = HostDescriptor.OfFile(directory.Write("file", "content"));
        await using ISandbox sandbox = await Specification.CreateAsync();
        // Descriptors that the runtime opens once and keeps are not counted.
        Guest.Output(await sandbox.RunAsync(Guest.Shell("true")));
        int before = Directory.GetFileSystemEntries("/proc/self/fd").Length;

        for (int i = 0; i < 20; i++)
        {
            Guest.Output(
                await sandbox.RunAsync(
                    Guest.Shell("cat <&7 >/dev/null") with { Descriptors = Descriptors((7, handle)) }));
        }

        byte[] buffer = new byte[7];
        Assert.Multiple(() =>
        {
            Assert.That(RandomAccess.Read(handle, buffer, 0), Is.EqualTo(7));

            // The runtime opens and closes some of its own meanwhile; a run that kept one would make twenty.
            Assert.That(Directory.GetFileSystemEntries("/proc/self/fd"), Has.Length.LessThan(before + 10));
        });
    }

    [Test]
    public async Task A_closed_handle_is_an_error_and_nothing_runs()
    {
        using HostDirectory directory = new();
        SafeFileHandle handle = HostDescriptor.OfFile(directory.Write("file", ""));
        handle.Dispose();
        SandboxCommand command = Guest.Shell("true") with { Descriptors = Descriptors((7, handle)) };
        await using ISandbox sandbox = await Specification.CreateAsync();

        Assert.That(
            async () => await sandbox.RunAsync(command),
            Throws.InstanceOf<ObjectDisposedException>().Or.InstanceOf<SandboxSpecificationException>());
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }

    [Test]
    public async Task A_directory_can_be_passed()
    {
        using HostDirectory directory = new();
        directory.Write("file", "in a directory");
        using SafeFileHandle handle = HostDescriptor.OfDirectory(directory.Path);
        SandboxCommand command = Guest.Shell("cat /dev/fd/7/file") with { Descriptors = Descriptors((7, handle)) };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo("in a directory"));
    }

    [Test]
    public async Task More_than_one_message_takes_is_a_clear_error()
    {
        using HostDirectory directory = new();
        SafeFileHandle[] handles = [.. Enumerable.Range(0, 300).Select(
            i => HostDescriptor.OfFile(directory.Write("file", "")))];
        SandboxCommand command = Guest.Shell("true") with
        {
            Descriptors = handles.Select((handle, i) => KeyValuePair.Create(3 + i, (SafeHandle)handle))
                .ToImmutableDictionary(),
        };

        SandboxException refusal = await Specification.RefusalAsync(command);

        Assert.That(refusal.Message, Does.Contain("descriptors"));
        Array.ForEach(handles, handle => handle.Dispose());
    }

    private static ImmutableDictionary<int, SafeHandle> Descriptors(
        params (int Number, SafeFileHandle Handle)[] descriptors) =>
        descriptors.ToImmutableDictionary(pair => pair.Number, pair => (SafeHandle)pair.Handle);

    /// <summary>The numbers that a program finds open.</summary>
    private static async Task<string> OpenDescriptorsAsync(SandboxCommand command)
    {
        // All in one process: the directory that the shell reads is closed again when it asks for each name, and a pipe
        // would add ends.
        SandboxCommand listing = command
            with
        { Arguments = ["-c", "for n in /proc/$$/fd/*; do test -e $n && echo ${n##*/}; done; true"] };
        string output = Guest.Output(await Guest.Provider.RunAsync(Specification, listing));
        return string.Join(' ', output.Split('\n').Select(number => int.Parse(number, null)).Order());
    }
}
