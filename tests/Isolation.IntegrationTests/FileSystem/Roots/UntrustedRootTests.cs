using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Roots;

/// <summary>A root that an attacker has filled: links where mounts are placed must not lead out of it.</summary>
public sealed class UntrustedRootTests
{
    private HostDirectory _root = null!;
    private HostDirectory _outside = null!;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Requires.Program("busybox");
        _root = new HostDirectory();
        _outside = new HostDirectory();
        _root.Directory("bin");
        File.Copy("/usr/bin/busybox", _root.At("bin/busybox"));
        _outside.Write("canary", "of the host");
        _outside.Directory("directory");
    }

    [TearDown]
    public void TearDown()
    {
        _root?.Dispose();
        _outside?.Dispose();
    }

    [TestCase("proc")]
    [TestCase("dev")]
    [TestCase("scratch")]
    public async Task A_link_at_a_target_is_followed_inside_only(string name)
    {
        // The same path exists inside and outside: what was mounted must be at the one inside.
        string inside = _root.Directory(_outside.Path.TrimStart('/') + "/directory");
        Directory.CreateSymbolicLink(_root.At(name), _outside.At("directory"));
        MountEntry entry = name switch
        {
            "proc" => new ProcMount(),
            "dev" => new DeviceMount(),
            _ => new TemporaryMount("/scratch"),
        };

        string output = await RunAsync([entry], $"ls -A /{name} | wc -l; echo changed > /{name}/canary; true");

        Assert.Multiple(() =>
        {
            Assert.That(int.Parse(output, null), name == "scratch" ? Is.Zero : Is.GreaterThan(5));
            Assert.That(Directory.GetFileSystemEntries(inside), Is.Empty);
        });
        AssertCanary();
    }

    [TestCase("../../../../../../../../../..")]
    [TestCase("/")]
    public async Task A_link_upwards_ends_at_the_root_of_the_sandbox(string way)
    {
        _root.Directory("data");
        Directory.CreateSymbolicLink(_root.At("up"), way);

        string output = await RunAsync(
            [new TemporaryMount("/up/data"), new FileEntry("/up/data/file", "given"u8.ToArray())], "cat /data/file");

        Assert.That(output, Is.EqualTo("given"));
        Assert.That(Directory.GetFileSystemEntries(_root.At("data")), Is.Empty);
    }

    [Test]
    public async Task A_link_to_a_place_that_only_the_host_has_is_an_error()
    {
        Directory.CreateSymbolicLink(_root.At("proc"), _outside.At("directory"));

        SandboxException refusal = await Specification([new ProcMount()]).RefusalAsync(Guest.Busybox("true"));

        Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
        AssertCanary();
    }

    [Test]
    public async Task A_file_is_not_written_through_a_link()
    {
        File.CreateSymbolicLink(_root.At("settings"), _outside.At("canary"));

        SandboxException refusal = await Specification([new FileEntry("/settings", "given"u8.ToArray())])
            .RefusalAsync(Guest.Busybox("true"));

        Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
        AssertCanary();
    }

    [Test]
    public async Task Nothing_is_masked_through_a_link_that_leads_out()
    {
        File.CreateSymbolicLink(_root.At("secret"), _outside.At("canary"));
        SandboxSpecification specification = Specification([]) with
        {
            MaskedPaths = ["/secret"],
            ReadOnlyPaths = ["/secret"],
        };

        Guest.Output(await Guest.Provider.RunAsync(specification, Guest.Busybox("true")));

        AssertCanary();
    }

    [Test]
    public async Task In_layers_a_link_is_followed_inside_only()
    {
        _root.Directory("dev");
        Directory.CreateSymbolicLink(_root.At("tmp"), _outside.Path);
        File.CreateSymbolicLink(_root.At("dev/null"), _outside.At("canary"));
        SandboxSpecification specification = Specification(
            [new DeviceMount(), new TemporaryMount("/tmp"), new FileEntry("/tmp/file", "given"u8.ToArray())]) with
        {
            Root = new OverlayRoot([_root.Path]),
        };

        SandboxResult? result = null;
        try
        {
            result = await Guest.Provider.RunAsync(
                specification, Guest.Busybox("echo changed > /dev/null; cat /tmp/file"));
        }
        catch (SandboxException)
        {
            // Refusing the root is as good.
        }

        Assert.That(result?.StandardOutput.Text, Is.Null.Or.EqualTo("given"));
        AssertCanary();
    }

    [Test]
    public async Task The_program_and_the_working_directory_are_found_inside()
    {
        File.CreateSymbolicLink(_root.At("bin/outside"), "/usr/bin/id");
        SandboxException refusal = await Specification([]).RefusalAsync(new SandboxCommand("/bin/outside"));
        Directory.CreateSymbolicLink(_root.At("work"), _outside.Path);
        SandboxException directory = await Specification([]).RefusalAsync(
            Guest.Busybox("true") with { WorkingDirectory = "/work" });

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(directory.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(directory.Stage, Is.EqualTo("enter the working directory /work"));
        });
    }

    private SandboxSpecification Specification(MountEntry[] mounts) =>
        new()
        {
            Root = new DirectoryRoot(_root.Path) { Access = MountAccess.ReadWrite },
            Mounts = [.. mounts],
            User = new SandboxUser(0, 0),
        };

    private async Task<string> RunAsync(MountEntry[] mounts, string script) =>
        Guest.Output(await Guest.Provider.RunAsync(Specification(mounts), Guest.Busybox(script)));

    private void AssertCanary()
    {
        Assert.Multiple(() =>
        {
            Assert.That(_outside.Read("canary"), Is.EqualTo("of the host"));
            Assert.That(Directory.GetFileSystemEntries(_outside.At("directory")), Is.Empty);
            Assert.That(File.ReadAllText("/proc/self/mountinfo"), Does.Not.Contain(_outside.Path));
        });
    }
}
