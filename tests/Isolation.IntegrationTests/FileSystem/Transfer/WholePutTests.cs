using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Transfer;

/// <summary>A file is put whole or not at all, and a transfer that fails leaves what was there before.</summary>
public sealed class WholePutTests
{
    private static readonly byte[] Text = "new\n"u8.ToArray();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_file_that_does_not_fit_leaves_the_old_one()
    {
        await using ISandbox sandbox = await CreateAsync(root => root.Temporary("/small", 64.KiB()));
        await sandbox.OutputAsync("echo old > /small/file");

        Assert.That(() => sandbox.Files.WriteAsync("/small/file", new byte[1 << 20]), PutTests.Refused("ENOSPC"));

        Assert.That(await sandbox.OutputAsync("cat /small/file; ls -A /small"), Is.EqualTo("old\nfile"));
    }

    [Test]
    public async Task A_directory_that_does_not_fit_is_removed_and_what_was_there_is_not()
    {
        using HostDirectory host = new();
        for (int i = 0; i < 200; i++)
        {
            host.Write($"source/d{i % 3}/e/f{i}", new string('x', 1000));
        }

        await using ISandbox sandbox = await CreateAsync(root => root.Temporary("/small", 256.KiB()));
        await sandbox.OutputAsync(
            "mkdir -p /small/a/tree/d0; echo old > /small/a/tree/d0/kept; cp -r /small/a/tree /small/a/before");

        Assert.That(() => sandbox.Files.CopyInAsync(host.At("source"), "/small/a/tree"), PutTests.Refused("ENOSPC"));
        Assert.That(() => sandbox.Files.CopyInAsync(host.At("source"), "/small/b/c/tree"), PutTests.Refused("ENOSPC"));

        Assert.That(await sandbox.OutputAsync("cd /small; find . | sort"), Is.EqualTo("""
            .
            ./a
            ./a/before
            ./a/before/d0
            ./a/before/d0/kept
            ./a/tree
            ./a/tree/d0
            ./a/tree/d0/kept
            """));
    }

    [Test]
    public async Task A_directory_without_inodes_left_is_removed()
    {
        using HostDirectory host = new();
        for (int i = 0; i < 40; i++)
        {
            host.Write($"source/d{i}/f", "");
        }

        await using ISandbox sandbox = await CreateAsync(
            root => root.Mount(new TemporaryMount("/small") { Inodes = 50 }));

        Assert.That(() => sandbox.Files.CopyInAsync(host.At("source"), "/small/a/b/tree"), PutTests.Refused("ENOSPC"));

        Assert.That(await sandbox.OutputAsync("ls -A /small; touch /small/1 /small/2 /small/3"), Is.Empty);
    }

    [Test]
    public async Task Existing_files_are_replaced_as_a_whole_and_other_targets_are_refused()
    {
        await using ISandbox sandbox = await CreateAsync(root => root);
        await sandbox.OutputAsync(
            "cd /tmp; echo old > kept; ln -s kept link; ln -s none dangling; mkfifo pipe; echo old > file; ln file "
            + "hard; mkdir directory");

        foreach (string name in (string[])["link", "dangling", "pipe", "file", "hard"])
        {
            await sandbox.Files.WriteAsync($"/tmp/{name}", Text);
        }

        Assert.That(() => sandbox.Files.WriteAsync("/tmp/directory", Text), PutTests.Refused("EISDIR"));
        Assert.That(() => sandbox.Files.WriteAsync("/tmp/kept/file", Text), PutTests.Refused("ENOTDIR"));
        Assert.That(
            await sandbox.OutputAsync(
                "cd /tmp; cat kept link dangling pipe file hard; ls -A; stat -c %h file"), Is.EqualTo(
            "old\nnew\nnew\nnew\nnew\nnew\ndangling\ndirectory\nfile\nhard\nkept\nlink\npipe\n1"));
    }

    [Test]
    public async Task A_directory_onto_a_file_or_a_link_is_refused_and_leaves_nothing()
    {
        using HostDirectory host = new();
        host.Write("source/a/file", "x");
        host.Write("source/z/file", "x");
        await using ISandbox sandbox = await CreateAsync(root => root);
        await sandbox.OutputAsync(
            "mkdir -p /tmp/tree /tmp/link /tmp/elsewhere; echo old > /tmp/tree/z; ln -s /tmp/elsewhere /tmp/link/z");

        Assert.That(() => sandbox.Files.CopyInAsync(host.At("source"), "/tmp/tree"), PutTests.Refused("ENOTDIR"));
        Assert.That(() => sandbox.Files.CopyInAsync(host.At("source"), "/tmp/link"), PutTests.Refused("ENOTDIR"));

        Assert.That(
            await sandbox.OutputAsync("cd /tmp; cat tree/z; find . | sort"),
            Is.EqualTo("old\n.\n./elsewhere\n./link\n./link/z\n./tree\n./tree/z"));
    }

    [Test]
    public async Task Permissions_are_kept_also_those_that_forbid_to_write()
    {
        using HostDirectory host = new();
        host.Write("source/fixed/file", "x");
        File.SetUnixFileMode(host.At("source/fixed/file"), UnixFileMode.UserRead);
        File.SetUnixFileMode(host.At("source/fixed"), (UnixFileMode)0b101_101_101);
        await using ISandbox sandbox = await CreateAsync(root => root);

        await sandbox.Files.CopyInAsync(host.At("source"), "/tmp/tree");

        Assert.That(
            await sandbox.OutputAsync("stat -c %a /tmp/tree/fixed /tmp/tree/fixed/file"), Is.EqualTo("555\n400"));
        File.SetUnixFileMode(host.At("source/fixed"), HostDirectory.Everybody);
    }

    [Test]
    public async Task A_canceled_transfer_leaves_nothing()
    {
        using HostDirectory host = new();
        for (int i = 0; i < 300; i++)
        {
            host.Write($"source/d{i % 5}/f{i}", "x");
        }

        await using ISandbox sandbox = await CreateAsync(root => root);
        await sandbox.OutputAsync("mkdir /tmp/kept");
        using CancellationTokenSource cancellation = new();

        // The first of several processes has come so far when the directory of the second is there.
        await using ISandboxProcess watcher = await sandbox.StartAsync(
            Guest.Shell(
                "until [ -e /tmp/kept/tree/d1 ]; do :; done; echo seen") with
            { StandardOutput = OutputTarget.Pipe });
        Task transfer = sandbox.Files.CopyInAsync(
            host.At("source"), "/tmp/kept/tree", cancellationToken: cancellation.Token);
        await Task.WhenAny(watcher.StandardOutput!.ReadExactlyAsync(new byte[5]).AsTask(), transfer);
        await cancellation.CancelAsync();
        bool isCanceled = false;
        try
        {
            await transfer;
        }
        catch (OperationCanceledException)
        {
            isCanceled = true;
        }

        Assert.That(await sandbox.OutputAsync("find /tmp/kept | wc -l"), Is.EqualTo(isCanceled ? "1" : "307"));
    }

    [Test]
    public async Task A_directory_that_is_swapped_for_a_link_meanwhile_leads_nowhere_outside()
    {
        using HostDirectory host = new();
        using HostDirectory shared = new();
        using HostDirectory secret = new();
        for (int i = 0; i < 100; i++)
        {
            host.Write($"source/real/f{i}", "x");
        }

        await using ISandbox sandbox = await CreateAsync(
            root => root.Bind(shared.Path, "/shared", MountAccess.ReadWrite));
        await using ISandboxProcess swapper = await sandbox.StartAsync(Guest.Shell(
            $"cd /shared; mkdir -p tree/real; ln -s {secret.Path} tree/link; cd tree; touch ../ready; while :; do mv "
                + $"-T real x; mv -T link real; mv -T real link; mv -T x real; done"));
        while (!shared.Has("ready"))
        {
            await Task.Yield();
        }

        for (int i = 0; i < 20; i++)
        {
            try
            {
                await sandbox.Files.CopyInAsync(host.At("source"), "/shared/tree");
            }
            catch (SandboxException refusal) when (refusal.ErrorName is "ELOOP" or "ENOTDIR" or "ENOENT" or "EEXIST")
            {
            }
        }

        Assert.That(Directory.GetFileSystemEntries(secret.Path), Is.Empty);
    }

    [Test]
    public async Task A_sandbox_that_is_killed_meanwhile_ends_the_transfer()
    {
        using HostDirectory host = new();
        for (int i = 0; i < 300; i++)
        {
            host.Write($"source/f{i}", "x");
        }

        ISandbox sandbox = await CreateAsync(root => root);
        Task transfer = sandbox.Files.CopyInAsync(host.At("source"), "/tmp/tree");
        await sandbox.DisposeAsync();

        try
        {
            await transfer;
        }
        catch (Exception exception)
            when (exception is SandboxException or ObjectDisposedException or OperationCanceledException)
        {
        }

        Assert.That(
            async () => await sandbox.Files.WriteAsync("/tmp/file", Text),
            Throws.InstanceOf<ObjectDisposedException>());
    }

    private static Task<ISandbox> CreateAsync(Func<RootBuilder, RootBuilder> add) =>
        new SandboxBuilder(Guest.Specification()).AddToRoot(root => add(root)).Build().CreateAsync();
}
