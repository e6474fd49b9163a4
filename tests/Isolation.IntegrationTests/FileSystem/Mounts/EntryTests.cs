using System.Security.Cryptography;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Mounts;

public sealed class EntryTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4096)]
    [TestCase(5_000_001)]
    public async Task A_file_has_the_content_given(int size)
    {
        byte[] content = RandomNumberGenerator.GetBytes(size);

        string output = await Guest.Specification(new FileEntry("/data/file", content))
            .OutputAsync("sha256sum < /data/file; stat -c '%s %a' /data/file");

        Assert.That(output, Is.EqualTo($"{Convert.ToHexStringLower(SHA256.HashData(content))}  -\n{size} 644"));
    }

    [Test]
    public async Task Many_files()
    {
        MountEntry[] files = [.. Enumerable.Range(0, 100).Select(
            i => new FileEntry($"/data/{i}/file", BitConverter.GetBytes(i)))];

        Assert.That(await Guest.Specification([.. files]).OutputAsync("cat /data/*/file | wc -c"), Is.EqualTo("400"));
    }

    [Test]
    public async Task Owner_and_permissions_are_those_asked_for()
    {
        SandboxSpecification specification = Guest.Specification(
            new FileEntry(
                "/data/program", "#!/bin/sh\necho ran\n"u8.ToArray())
            {
                Mode = (UnixFileMode)0b101_001_000,
                Owner = EntryOwner.User,
            },
            new FileEntry("/data/root", "x"u8.ToArray()) { Mode = (UnixFileMode)0b110_110_110 },
            new DirectoryEntry("/data/mine") { Mode = (UnixFileMode)0b111_000_000, Owner = EntryOwner.User },
            new DirectoryEntry("/data/other") { Mode = (UnixFileMode)0b111_111_111 });

        string output = await specification.OutputAsync(
            "cd /data; stat -c '%n %u:%g %a' program root mine other; ./program");

        // An ordinary user has one id only.
        string root = Environment.IsPrivilegedProcess ? "0:0" : "1000:1000";
        Assert.That(
            output, Is.EqualTo($"program 1000:1000 510\nroot {root} 666\nmine 1000:1000 700\nother {root} 777\nran"));
    }

    [Test]
    public async Task In_a_read_only_root_even_an_own_file_cannot_be_written()
    {
        FileEntry file = new(
            "/data/file", "given"u8.ToArray())
        { Mode = HostDirectory.Everybody, Owner = EntryOwner.User };

        SandboxResult result = await Guest.Specification(file).RunAsync("echo x > /data/file");

        Assert.That(result.StandardError.Text, Does.Contain("Read-only file system"));
    }

    [Test]
    public async Task A_file_in_a_temporary_directory_can_be_written()
    {
        FileEntry file = new("/tmp/file", "given "u8.ToArray()) { Owner = EntryOwner.User };

        Assert.That(
            await Guest.Specification(file).OutputAsync("echo more >> /tmp/file; cat /tmp/file"),
            Is.EqualTo("given more"));
    }

    [Test]
    public async Task A_link_says_what_it_was_given()
    {
        SandboxSpecification specification = Guest.Specification(
            new SymbolicLinkEntry("/a/link", "../b/file"), new FileEntry("/b/file", "reached"u8.ToArray()),
            new SymbolicLinkEntry("/dangling", "no where"));

        Assert.That(
            await specification.OutputAsync("cat /a/link; echo; readlink /dangling"), Is.EqualTo("reached\nno where"));
    }

    [Test]
    public async Task A_file_larger_than_the_root_is_an_error_and_nothing_runs()
    {
        SandboxSpecification specification = Guest.Specification(
            new FileEntry("/file", new byte[2 << 20])) with
        { Root = new EmptyRoot { Size = 1 << 20 } };

        SandboxException refusal = await specification.RefusalAsync();

        Assert.Multiple(() =>
        {
            Assert.That(refusal.Stage, Is.EqualTo("write the file /file"));
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOSPC"));
        });
    }
}
