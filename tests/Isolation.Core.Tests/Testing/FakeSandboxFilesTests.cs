namespace Isolation.Core.Tests.Testing;

public sealed class FakeSandboxFilesTests
{
    private static readonly byte[] Text = "text"u8.ToArray();

    [Test]
    public async Task What_is_written_is_read()
    {
        await using ISandbox sandbox = await new FakeSandboxProvider().CreateAsync(new SandboxSpecification());

        await sandbox.Files.WriteAsync("/a/b", Text);

        Assert.That(await sandbox.Files.ReadAsync("/a/b", 4), Is.EqualTo(Text));
        Assert.That(() => sandbox.Files.ReadAsync("/a/b", 3), Throws.TypeOf<SandboxException>());
        Assert.That(() => sandbox.Files.ReadAsync("/a", 3), Throws.TypeOf<SandboxException>());
        Assert.That(() => sandbox.Files.WriteAsync("a", Text), Throws.ArgumentException);
    }

    [Test]
    public async Task Folders_go_in_and_come_out()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("isolation-test-");
        try
        {
            string source = folder.CreateSubdirectory("source/inner").FullName;
            await File.WriteAllBytesAsync(Path.Combine(source, "file"), Text);
            await using ISandbox sandbox = await new FakeSandboxProvider().CreateAsync(new SandboxSpecification());

            await sandbox.Files.PutAsync(Path.Combine(folder.FullName, "source"), "/in");
            TakenFolder taken = await sandbox.Files.TakeAsync("/in", Path.Combine(folder.FullName, "taken"));

            Assert.That((taken.Files, taken.Folders, taken.Bytes), Is.EqualTo((1, 1, 4)));
            Assert.That(await File.ReadAllBytesAsync(Path.Combine(folder.FullName, "taken/inner/file")), Is.EqualTo(Text));
        }
        finally
        {
            folder.Delete(recursive: true);
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
