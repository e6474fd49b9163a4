using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Transfer;

/// <summary>Copies files of payloads out of sandboxes without following symbolic links.</summary>
public sealed class TakeTests
{
    private const string Secret = "the host's secret";

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task A_directory_is_taken_with_what_is_in_it()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        await sandbox.OutputAsync(
            "mkdir -p /tmp/out/a/b /tmp/out/empty; echo one > /tmp/out/one; echo two > /tmp/out/a/b/two; chmod 4755 "
            + "/tmp/out/one");

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/out", host.At("taken"));

        Assert.That((taken.Files, taken.Directories, taken.Bytes, taken.LeftOut.Length), Is.EqualTo((2, 3, 8, 0)));
        Assert.That(await File.ReadAllTextAsync(host.At("taken/a/b/two")), Is.EqualTo("two\n"));
        Assert.That(
            File.GetUnixFileMode(host.At("taken/one")), Is.EqualTo((UnixFileMode)0b111_101_101), "no set-user-id");
    }

    [Test]
    public async Task Links_pipes_sockets_and_mounts_are_left_out()
    {
        Guest.RequirePython();
        using HostDirectory host = new();
        SandboxSpecification specification = new SandboxBuilder(Guest.Specification().AsRoot())
            .AddToRoot(root => root.Temporary("/tmp/out/mount", 64.KiB())).Build();
        await using ISandbox sandbox = await specification.CreateAsync();
        SandboxResult left = await sandbox.RunAsync(Guest.Python(
            """
            import os, socket
            os.chdir("/tmp/out")
            os.symlink("/etc/passwd", "file-link")
            os.symlink("/etc", "directory-link")
            os.symlink("/proc/1/root", "magic")
            os.mkfifo("pipe")
            socket.socket(socket.AF_UNIX).bind("socket")
            open("mount/inside", "w")
            open("file", "w").write("x")
            """));
        Assert.That(left.IsSuccess, Is.True, left.StandardError.Text);

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/out", host.At("taken"));

        Assert.That(taken.LeftOut, Is.EquivalentTo((SkippedEntry[])
        [
            new("file-link", "a symbolic link"), new("directory-link", "a symbolic link"),
            new("magic", "a symbolic link"), new("pipe", "a FIFO"),
            new("socket", "a socket"), new("mount", "a mount"),
        ]));
        Assert.That(
            Directory.GetFileSystemEntries(host.At("taken")).Select(Path.GetFileName), Is.EqualTo((string[])["file"]));
    }

    /// <summary>The attack: what a host does that reads by path gives the secret; the library gives it never.</summary>
    [TestCase("ln -s SECRET /tmp/result", "/tmp/result")]
    [TestCase("ln -s FOLDER /tmp/result", "/tmp/result/secret")]
    [TestCase("ln -s / /tmp/result", "/tmp/resultSECRET")]
    public async Task A_link_to_the_host_is_not_followed(string script, string path)
    {
        using HostDirectory host = new();
        using HostDirectory shared = new();
        await File.WriteAllTextAsync(host.At("secret"), Secret);
        string Fill(string text) => text.Replace("SECRET", host.At("secret"), StringComparison.Ordinal)
            .Replace("FOLDER", host.Path, StringComparison.Ordinal);
        SandboxSpecification specification = Guest.Specification(
            new BindMount(shared.Path, "/shared") { Access = MountAccess.ReadWrite });
        await using ISandbox sandbox = await specification.CreateAsync();
        await sandbox.OutputAsync(Fill(script.Replace("/tmp/", "/shared/", StringComparison.Ordinal)));
        string inside = Fill(path.Replace("/tmp/", "/shared/", StringComparison.Ordinal));

        Assert.That(
            await File.ReadAllTextAsync(shared.Path + inside["/shared".Length..]), Is.EqualTo(Secret),
            "the attack works on who reads by path");
        Assert.That(() => sandbox.Files.ReadAsync(inside, 1000), PutTests.Refused("ELOOP"));
    }

    [Test]
    public async Task Directories_that_are_swapped_for_links_meanwhile_lead_nowhere()
    {
        using HostDirectory host = new();
        Directory.CreateDirectory(host.At("target"));
        await File.WriteAllTextAsync(host.At("target/secret"), Secret);
        using HostDirectory shared = new();
        await using ISandbox sandbox = await Guest.Specification(
            new BindMount(shared.Path, "/shared") { Access = MountAccess.ReadWrite }).CreateAsync();
        await using ISandboxProcess swapper = await sandbox.StartAsync(Guest.Shell(
            $"cd /shared; mkdir real; echo mine > real/secret; ln -s {host.At("target")} link; touch ready; while :; "
                + $"do mv -T real x; mv -T link real; mv -T real link; mv -T x real; done"));
        while (!File.Exists(shared.At("ready")))
        {
            await Task.Yield();
        }

        for (int i = 0; i < 200; i++)
        {
            string taken = host.At($"taken-{i}");
            await sandbox.Files.CopyOutAsync("/shared", taken);
            Assert.That(
                Directory.EnumerateFiles(taken, "*", SearchOption.AllDirectories).Select(File.ReadAllText),
                Has.None.EqualTo(Secret));
        }
    }

    [Test]
    public async Task Giants_crowds_and_depths_are_refused_and_leave_nothing()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        await sandbox.OutputAsync(
            """
            mkdir /tmp/giant /tmp/crowd /tmp/deep; truncate -s 1T /tmp/giant/sparse
            cd /tmp/crowd; i=0; while [ $i -lt 2000 ]; do : > $i; i=$((i+1)); done
            cd /tmp/deep; i=0; while [ $i -lt 40 ]; do mkdir d; cd d; i=$((i+1)); done
            """);

        Assert.That(() => sandbox.Files.CopyOutAsync("/tmp/giant", host.At("taken")), PutTests.Refused("EFBIG"));
        Assert.That(
            () => sandbox.Files.ReadAsync("/tmp/giant/sparse", 1 << 20),
            Throws.TypeOf<SandboxException>().With.Property(nameof(SandboxException.ErrorName)).EqualTo("EFBIG")
                .And.Property(nameof(SandboxException.ErrorNumber)).EqualTo(0)
                .And.Property(nameof(SandboxException.Operation)).EqualTo("copy-out"));
        Assert.That(
            () => sandbox.Files.CopyOutAsync("/tmp/crowd", host.At("taken"), new() { MaximumEntries = 1999 }),
            PutTests.Refused("E2BIG"));
        Assert.That(() => sandbox.Files.CopyOutAsync("/tmp/deep", host.At("taken")), PutTests.Refused("ENAMETOOLONG"));
        Assert.That(Directory.GetFileSystemEntries(host.Path), Is.Empty);
        Assert.That(
            (await sandbox.Files.CopyOutAsync("/tmp/crowd", host.At("taken"), new() { MaximumEntries = 2000 })).Files,
            Is.EqualTo(2000));
    }

    [TestCase("/tmp/none", "ENOENT")]
    [TestCase("/tmp/pipe", "EINVAL")]
    [TestCase("/tmp", "EINVAL")]
    [TestCase("/dev/null", "EINVAL")]
    [TestCase("/tmp/link", "ELOOP")]
    public async Task Entries_other_than_files_cannot_be_read(string path, string error)
    {
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        await sandbox.OutputAsync("mkfifo /tmp/pipe; ln -s pipe /tmp/link");

        Assert.That(() => sandbox.Files.ReadAsync(path, 1000), PutTests.Refused(error));
    }

    [Test]
    public async Task Nothing_is_read_of_a_sandbox_that_is_gone()
    {
        ISandbox sandbox = await Guest.Specification().CreateAsync();
        await sandbox.DisposeAsync();

        Assert.That(() => sandbox.Files.ReadAsync("/tmp/x", 1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => sandbox.Files.WriteAsync("/tmp/x", default), Throws.TypeOf<ObjectDisposedException>());
    }
}
