using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Landlock;

/// <summary>
/// Each right on files: with it the thing can be done, without it it cannot, with and without a mount namespace.
/// </summary>
public sealed class FileRightTests
{
    // Making a block device takes CAP_MKNOD, which no payload has; a character device 0:0 (a whiteout) does not.
    private static readonly object[][] Rights =
    [
        [LandlockFileAccess.Execute, 1, "os.waitpid(os.posix_spawn(D + '/true', ['true'], {}), 0)"],
        [LandlockFileAccess.WriteFile, 1, "os.open(D + '/file', os.O_WRONLY)"],
        [LandlockFileAccess.ReadFile, 1, "os.open(D + '/file', os.O_RDONLY)"],
        [LandlockFileAccess.ReadDirectory, 1, "os.listdir(D)"],
        [LandlockFileAccess.RemoveDirectory, 1, "os.rmdir(D + '/empty')"],
        [LandlockFileAccess.RemoveFile, 1, "os.unlink(D + '/file')"],
        [LandlockFileAccess.MakeCharacterDevice, 1, "os.mknod(D + '/new', stat.S_IFCHR | 0o600, 0)"],
        [LandlockFileAccess.MakeDirectory, 1, "os.mkdir(D + '/new')"],
        [LandlockFileAccess.MakeRegularFile, 1, "os.mknod(D + '/new', stat.S_IFREG | 0o600)"],
        [LandlockFileAccess.MakeSocket, 1, "socket.socket(socket.AF_UNIX).bind(D + '/new')"],
        [LandlockFileAccess.MakeFifo, 1, "os.mkfifo(D + '/new')"],
        [LandlockFileAccess.MakeSymbolicLink, 1, "os.symlink('x', D + '/new')"],
        [LandlockFileAccess.Refer, 2, "os.rename(D + '/file', D + '/empty/file')"],
        [LandlockFileAccess.Truncate, 3, "os.truncate(D + '/file', 0)"],
    ];

    [TestCaseSource(nameof(Rights))]
    public async Task A_right_decides_alone(LandlockFileAccess right, int abi, string statement)
    {
        Restricted.Require(abi);
        using HostDirectory directory = Prepare();

        await CompareAsync(right, statement, directory.Path, Restricted.Alone);
    }

    [TestCaseSource(nameof(Rights))]
    public async Task A_right_decides_in_a_mount_namespace(LandlockFileAccess right, int abi, string statement)
    {
        Restricted.Require(abi);
        using HostDirectory directory = Prepare();

        await CompareAsync(
            right, statement, "/work",
            policy => Restricted.Mounted(
                policy, new BindMount(directory.Path, "/work")
                {
                    Access = MountAccess.ReadWrite,
                    Options = MountOptions.None,
                }));
    }

    [TestCase(LandlockFileAccess.Read | LandlockFileAccess.IoctlDevice, "ENOTTY")]
    [TestCase(LandlockFileAccess.Read, "EACCES")]
    public async Task Requests_to_devices(LandlockFileAccess access, string expected)
    {
        Restricted.Require(5);
        LandlockPolicy policy = new() { FileRules = [.. Restricted.Programs, new("/dev/zero", access)] };

        string answer = await Restricted.Mounted(policy).OutputAsync(
            Restricted.Attempt("fcntl.ioctl(os.open('/dev/zero', os.O_RDONLY), 0x541B, b'1234')"));

        // The driver does not know the request, so it is asked only where it is allowed.
        Assert.That(answer, Is.EqualTo(expected));
    }

    [Test]
    public async Task Nothing_is_allowed_outside_of_the_rules()
    {
        Restricted.Require(1);
        using HostDirectory directory = Prepare();
        LandlockPolicy policy = new() { FileRules = Restricted.Programs };

        Assert.Multiple(() =>
        {
            Assert.That(
                async () => await Restricted.Alone(policy).OutputAsync(
                    Restricted.Attempt("os.open('/etc/passwd', os.O_RDONLY)")), Is.EqualTo("EACCES"));
            Assert.That(
                async () => await Restricted.Alone(policy).OutputAsync(
                    Restricted.Attempt("os.listdir(D)", directory.Path)), Is.EqualTo("EACCES"));
            Assert.That(
                async () => await Restricted.Alone(policy).OutputAsync(
                    Restricted.Attempt("os.open(D + '/file', os.O_WRONLY)", directory.Path)), Is.EqualTo("EACCES"));
        });
    }

    private static HostDirectory Prepare()
    {
        HostDirectory directory = new();
        directory.Directory("empty");
        File.SetUnixFileMode(directory.Write("file", "content"), (UnixFileMode)0b110_110_110);
        File.Copy("/usr/bin/true", directory.At("true"));
        return directory;
    }

    private static async Task CompareAsync(
        LandlockFileAccess right, string statement, string path, Func<LandlockPolicy, SandboxSpecification> make)
    {
        LandlockFileAccess known = LandlockFileAccess.All;
        LandlockPolicy With(LandlockFileAccess access) =>
            new() { FileRules = [.. Restricted.Programs, new(path, access)] };
        SandboxCommand command = Restricted.Attempt(statement, path);

        string without = await make(With(known & ~right)).OutputAsync(command);
        string with = await make(With(known)).OutputAsync(command);

        Assert.Multiple(() =>
        {
            Assert.That(without, Is.EqualTo(right == LandlockFileAccess.Refer ? "EXDEV" : "EACCES"));
            Assert.That(with, Is.EqualTo("done"));
        });
    }
}
