namespace Isolation.Core.Tests.Testing;

public sealed class FakeSandboxFilesTests
{
    private static readonly byte[] Text = "text"u8.ToArray();

    [Test]
    public async Task A_written_file_can_be_read()
    {
        await using ISandbox sandbox = await new FakeSandboxProvider().CreateAsync(new SandboxSpecification());

        await sandbox.Files.WriteAsync("/a/b", Text);

        Assert.That(await sandbox.Files.ReadAsync("/a/b", 4), Is.EqualTo(Text));
        Assert.That(() => sandbox.Files.ReadAsync("/a/b", 3), Throws.TypeOf<SandboxException>());
        Assert.That(() => sandbox.Files.ReadAsync("/a", 3), Throws.TypeOf<SandboxException>());
        Assert.That(() => sandbox.Files.WriteAsync("a", Text), Throws.ArgumentException);
    }

    [Test]
    public async Task Directories_go_in_and_come_out()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("isolation-test-");
        try
        {
            string source = directory.CreateSubdirectory("source/inner").FullName;
            await File.WriteAllBytesAsync(Path.Combine(source, "file"), Text);
            await using ISandbox sandbox = await new FakeSandboxProvider().CreateAsync(new SandboxSpecification());

            await sandbox.Files.CopyInAsync(Path.Combine(directory.FullName, "source"), "/in");
            CopyResult taken = await sandbox.Files.CopyOutAsync("/in", Path.Combine(directory.FullName, "taken"));

            Assert.That((taken.Files, taken.Directories, taken.Bytes), Is.EqualTo((1, 1, 4)));
            Assert.That(
                await File.ReadAllBytesAsync(Path.Combine(directory.FullName, "taken/inner/file")), Is.EqualTo(Text));
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    [Test]
    public async Task They_are_gone_with_the_sandbox()
    {
        ISandbox sandbox = await new FakeSandboxProvider().CreateAsync(new SandboxSpecification());
        await sandbox.DisposeAsync();

        Assert.That(() => sandbox.Files.WriteAsync("/a", Text), Throws.TypeOf<ObjectDisposedException>());
    }
}
