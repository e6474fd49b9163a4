using System.Text;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Transfer;

/// <summary>Files that are put into a sandbox that is up.</summary>
public sealed class PutTests
{
    private static readonly byte[] Text = "of the host\n"u8.ToArray();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_file_is_there_for_the_next_command()
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        await sandbox.Files.WriteAsync("/tmp/a/b/input", Text);
        await sandbox.Files.WriteAsync(
            "/tmp/run", "#!/bin/sh\nexec cat /tmp/a/b/input\n"u8.ToArray(), (UnixFileMode)0b111_101_101);

        Assert.That(
            await sandbox.OutputAsync("/tmp/run; stat -c '%a %u' /tmp/a/b/input /tmp/run /tmp/a; id -u"),
            Is.EqualTo("of the host\n644 1000\n755 1000\n755 1000\n1000")
            .Or.EqualTo("of the host\n644 0\n755 0\n755 0\n0"));
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(65536)]
    [TestCase(5_000_001)]
    public async Task Every_byte_arrives(int size)
    {
        byte[] content = new byte[size];
        new Random(size).NextBytes(content);
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        await sandbox.Files.WriteAsync("/tmp/input", content);

        Assert.That(await sandbox.Files.ReadAsync("/tmp/input", size), Is.EqualTo(content));
    }

    [Test]
    public async Task A_directory_arrives_with_all_that_is_in_it()
    {
        using HostDirectory directory = new();
        for (int i = 0; i < 150; i++)
        {
            Directory.CreateDirectory(directory.At($"d{i % 7}/e"));
            await File.WriteAllTextAsync(directory.At($"d{i % 7}/e/f{i}"), $"{i}");
        }

        Directory.CreateDirectory(directory.At("empty"));
        File.SetUnixFileMode(directory.At("d1/e/f1"), (UnixFileMode)0b111_000_000);
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        await sandbox.Files.CopyInAsync(directory.Path, "/tmp/tree");

        Assert.That(
            await sandbox.OutputAsync(
                "cd /tmp/tree; ls | wc -l; find . -type f | wc -l; cat d2/e/f149 | cat; cat d1/e/f8; stat -c ' %a' "
                + "d1/e/f1"), Is.EqualTo("8\n150\n1498 700\n").IgnoreWhiteSpace);
    }

    [Test]
    public async Task Existing_entries_are_replaced_and_links_are_not_followed()
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        await sandbox.OutputAsync("cd /tmp; echo old > kept; ln -s kept link; mkfifo pipe; echo old > file");

        foreach (string name in (string[])["link", "pipe", "file"])
        {
            await sandbox.Files.WriteAsync($"/tmp/{name}", Text);
        }

        Assert.That(
            await sandbox.OutputAsync("cd /tmp; cat kept link pipe file"),
            Is.EqualTo("old\nof the host\nof the host\nof the host"));
    }

    [TestCase("/nowhere/input", "EROFS", "ENOENT")]
    [TestCase("/tmp", "EROFS", "EACCES", "EISDIR")]
    [TestCase("/proc/input", "ENOENT", "EACCES")]
    public async Task An_unwritable_target_is_refused(string path, params string[] errors)
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.Files.WriteAsync(path, Text)))!;

        Assert.That(refusal.ErrorName, Is.AnyOf(errors), refusal.Message);
        Assert.That(path, Does.StartWith(refusal.Target!));
        Assert.That(await sandbox.OutputAsync("echo up"), Is.EqualTo("up"));
    }

    [Test]
    public async Task A_full_place_is_told_and_the_sandbox_goes_on()
    {
        await using ISandbox sandbox = await new SandboxBuilder(Guest.Specification())
            .AddToRoot(root => root.Temporary("/small", 64.KiB())).Build().CreateAsync();

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(
            () => sandbox.Files.WriteAsync("/small/input", new byte[1 << 20])))!;

        Assert.That(refusal.ErrorName, Is.EqualTo("ENOSPC"));
        Assert.That(await sandbox.OutputAsync("echo up"), Is.EqualTo("up"));
    }

    [Test]
    public async Task A_link_among_the_host_s_files_is_refused_and_so_is_too_much()
    {
        using HostDirectory directory = new();
        await File.WriteAllBytesAsync(directory.At("a"), new byte[1000]);
        await File.WriteAllBytesAsync(directory.At("b"), new byte[1000]);
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        Assert.That(
            () => sandbox.Files.CopyInAsync(directory.Path, "/tmp/x", new() { MaximumBytes = 1999 }), Refused("EFBIG"));
        Assert.That(
            () => sandbox.Files.CopyInAsync(directory.Path, "/tmp/x", new() { MaximumEntries = 2 }), Refused("E2BIG"));
        File.CreateSymbolicLink(directory.At("c"), "/etc/passwd");
        Assert.That(() => sandbox.Files.CopyInAsync(directory.Path, "/tmp/x"), Refused("ELOOP"));
        Assert.That(await sandbox.OutputAsync("ls /tmp"), Is.Empty, "what is refused is not begun");
        await sandbox.Files.CopyInAsync(directory.At("a"), "/tmp/x");
        Assert.That(await sandbox.OutputAsync("stat -c %s /tmp/x"), Is.EqualTo("1000"));
    }

    [TestCaseSource(nameof(Presets))]
    public async Task Every_preset_takes_files(SandboxBuilder builder)
    {
        await using ISandbox sandbox = await builder.CreateAsync(Guest.Provider);

        await sandbox.Files.WriteAsync("/tmp/input", Text);

        Assert.That(await sandbox.Files.ReadAsync("/tmp/input", 100), Is.EqualTo(Text));
        Assert.That(
            (await sandbox.RunAsync(new SandboxCommand("cat", "/tmp/input"))).StandardOutput.Text,
            Is.EqualTo(Encoding.UTF8.GetString(Text)));
    }

    private static IEnumerable<TestCaseData> Presets() =>
    [
        new TestCaseData(SandboxPresets.HostPrograms()).SetArgDisplayNames("HostPrograms"),
        new TestCaseData(SandboxPresets.Judge().BestEffort()).SetArgDisplayNames("Judge"),
        new TestCaseData(SandboxPresets.PlugIn().BestEffort()).SetArgDisplayNames("PlugIn"),
    ];

    [TestCase("relative")]
    [TestCase("/tmp/../etc/x")]
    [TestCase("/tmp/")]
    [TestCase("")]
    public async Task A_path_that_is_none_is_refused_at_once(string path)
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        Assert.That(() => sandbox.Files.WriteAsync(path, Text), Throws.ArgumentException);
        Assert.That(() => sandbox.Files.ReadAsync(path, 1), Throws.ArgumentException);
    }

    internal static NUnit.Framework.Constraints.IResolveConstraint Refused(string error) =>
        Throws.TypeOf<SandboxException>().With.Property(nameof(SandboxException.ErrorName)).EqualTo(error);
}
