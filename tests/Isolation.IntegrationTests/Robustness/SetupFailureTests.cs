using System.Runtime.Versioning;
using Isolation.TestHost;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>
/// Sandboxes that the kernel refuses: the exception names the step, the object and the error, and nothing is left.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class SetupFailureTests : FailureTests
{
    [Test]
    public Task A_directory_to_mount_is_missing() =>
        RefusesAsync(
            With(new BindMount("/no/such/directory", "/x")), "open /no/such/directory", "/no/such/directory", "ENOENT");

    [Test]
    public async Task A_directory_to_mount_may_not_be_reached()
    {
        Requires.NotRoot();

        // A directory of the user's own does not serve: the creator of a user namespace has all rights in it to his
        // own files.
        const string Closed = "/proc/1/root";
        await RefusesAsync(With(new BindMount(Closed, "/x")), $"open {Closed}", Closed, "EACCES");
    }

    [Test]
    public Task The_root_directory_is_missing() =>
        RefusesAsync(
            Standard with { Root = new DirectoryRoot("/no/such/root") }, "open /no/such/root",
            "/no/such/root", "ENOENT");

    [Test]
    public Task The_directory_of_a_chroot_is_missing() =>
        RefusesAsync(
            new SandboxSpecification
            {
                Root = new ChrootRoot("/no/such/root"),
                Namespaces = NamespaceSet.NewOnly(Namespaces.User | Namespaces.Pid),
            },
            "enter the root directory /no/such/root", "/no/such/root", "ENOENT");

    [Test]
    public Task The_target_of_proc_is_missing() =>
        RefusesAsync(
            Standard with { Root = new DirectoryRoot(TestDirectory), Mounts = [new ProcMount()] }, "find /proc",
            "/proc", "ENOENT");

    [Test]
    public Task The_target_of_a_directory_is_a_file()
    {
        File.WriteAllText(Path.Combine(TestDirectory, "proc"), "");
        return RefusesAsync(
            Standard with { Root = new DirectoryRoot(TestDirectory), Mounts = [new ProcMount()] }, "find /proc",
            "/proc", "ENOTDIR");
    }

    [Test]
    public Task The_root_is_full() =>
        RefusesAsync(
            Standard with
            {
                Root = new EmptyRoot { Size = 64 << 10 },
                Mounts = [new FileEntry("/big", new byte[2 << 20])],
            }, "write the file /big", "/big", "ENOSPC");

    [Test]
    public Task A_temporary_directory_is_full() =>
        RefusesAsync(
            With(new TemporaryMount("/small") { Size = 64 << 10 }, new FileEntry("/small/big", new byte[2 << 20])),
            "write the file /small/big", "/small/big", "ENOSPC");

    [Test]
    public Task A_temporary_directory_has_no_more_inodes() =>
        RefusesAsync(
            With(new TemporaryMount("/small") { Inodes = 2 }, new DirectoryEntry("/small/a"),
                new DirectoryEntry("/small/b")), "make the directory /small/b", "/small/b", "ENOSPC");

    [Test]
    public async Task A_preferred_file_that_does_not_fit_is_left_out_whole()
    {
        SandboxSpecification specification = Standard with
        {
            Root = new EmptyRoot { Size = 64 << 10 },
            Mounts = [.. Standard.Mounts, new FileEntry(
                "/big", new byte[2 << 20]) { Requirement = Requirement.Prefer }],
        };
        await using ISandbox sandbox = await Provider.CreateAsync(specification);

        Assert.That(sandbox.Report.NotApplied.Single().Reason, Does.StartWith("ENOSPC"));
        Assert.That((await sandbox.RunAsync(TestSandboxes.Shell("test -e /big"))).ExitCode, Is.EqualTo(1));
    }

    [Test]
    public Task A_file_is_there_already() =>
        RefusesAsync(
            Standard with { Root = new OverlayRoot(["/usr"]), Mounts = [new FileEntry("/bin", "a"u8.ToArray())] },
            "make the file /bin", "/bin", "EEXIST");

    [Test]
    public Task A_layer_is_missing() =>
        RefusesAsync(
            Standard with { Root = new OverlayRoot(["/usr", "/no/such/layer"]) },
            "find the layer /no/such/layer", "/no/such/layer", "ENOENT");

    [Test]
    public Task A_layer_is_a_file() =>
        RefusesAsync(
            Standard with { Root = new OverlayRoot(["/usr", "/etc/passwd"]) },
            "find the layer /etc/passwd", "/etc/passwd", "ENOTDIR");

    [Test]
    public Task A_kept_upper_layer_is_missing() =>
        RefusesAsync(
            Standard
                with
            {
                Root = new OverlayRoot(["/usr"])
                {
                    Upper = new PersistentUpper($"{TestDirectory}/upper", $"{TestDirectory}/work"),
                },
            },
            $"find the upper layer {TestDirectory}/upper", $"{TestDirectory}/upper", "ENOENT");

    [Test]
    public async Task The_upper_layer_and_its_work_directory_are_on_two_file_systems()
    {
        Requires.Root();
        Directory.CreateDirectory($"{TestDirectory}/work");
        string upper = Directory.CreateTempSubdirectory("isolation-upper-").FullName;
        string other = Directory.CreateDirectory($"/dev/shm/{Path.GetFileName(upper)}").FullName;
        Directory.Delete(upper);
        try
        {
            await RefusesAsync(
                Standard with
                {
                    Root = new OverlayRoot(["/usr"]) { Upper = new PersistentUpper(other, $"{TestDirectory}/work") },
                },
                $"find the upper layer {other}", other, "EINVAL");
        }
        finally
        {
            Directory.Delete(other);
        }
    }

    [Test]
    public Task An_ordinary_user_maps_the_ids_of_others()
    {
        Requires.NotRoot();
        return RefusesAsync(
            Standard with { IdMap = IdMap.One(1000, 0, 1000, 0) }, null, null, null, "write the id map");
    }

    [Test]
    public Task The_clocks_would_run_before_their_beginning() =>
        RefusesAsync(
            Standard with
            {
                Namespaces = Standard.Namespaces with { Time = NamespaceSource.New },
                TimeOffsets = new TimeOffsets(TimeSpan.FromDays(-50_000), TimeSpan.Zero),
            },
            "set the clock offsets", null, "ERANGE");

    [Test]
    public Task A_namespace_to_join_is_missing() =>
        RefusesAsync(
            Standard with
            {
                Namespaces = Standard.Namespaces with { Network = NamespaceSource.ByPath("/no/such/namespace") },
            },
            null, "/no/such/namespace", "ENOENT");

    [Test]
    public Task A_namespace_to_join_is_none() =>
        RefusesAsync(
            Standard with { Namespaces = Standard.Namespaces with { Network = NamespaceSource.ByPath("/etc/passwd") } },
            null, "/etc/passwd", "EINVAL");

    [Test]
    public Task A_namespace_to_join_is_of_another_kind() =>
        RefusesAsync(
            Standard with
            {
                Namespaces = Standard.Namespaces with { Network = NamespaceSource.ByPath("/proc/self/ns/uts") },
            }, null,
            "/proc/self/ns/uts", "EINVAL");

    [Test]
    public async Task Paths_that_are_not_there_need_no_mask()
    {
        SandboxSpecification specification = Standard with
        {
            MaskedPaths = ["/no/such/path", "/bin/sh/below", "/proc/version"],
            ReadOnlyPaths = ["/no/such/path", "/bin/sh/below"],
        };

        SandboxResult result = await Provider.RunAsync(specification, new SandboxCommand("/bin/cat", "/proc/version"));

        Assert.That(result.EnsureSuccess().StandardOutput.Text, Is.Empty);
    }

    // Passed over, it would be open to the payload.
    [Test]
    public Task A_path_that_cannot_be_masked_is_an_error() =>
        RefusesAsync(
            Standard with
            {
                Mounts = [.. Standard.Mounts, new SymbolicLinkEntry("/loop", "/loop")],
                MaskedPaths = ["/loop"],
            }, "find /loop", "/loop", "ELOOP");

    [Test]
    public Task A_path_that_cannot_be_made_read_only_is_an_error() =>
        RefusesAsync(
            Standard with
            {
                Mounts = [.. Standard.Mounts, new SymbolicLinkEntry("/loop", "/loop")],
                ReadOnlyPaths = ["/loop"],
            }, "find /loop", "/loop", "ELOOP");

    [Test]
    public async Task A_host_name_that_is_too_long_is_a_error() =>
        await Assert.ThrowsAsync<SandboxSpecificationException>(
            () => Provider.CreateAsync(Standard with { HostName = new string('a', 65) }));

    private static async Task RefusesAsync(
        SandboxSpecification specification, string? stage, string? target, string? error, string? stageBegins = null)
    {
        SandboxException? created = await Assert.ThrowsAsync<SandboxException>(
            () => Provider.CreateAsync(specification));
        SandboxException? ran = await Assert.ThrowsAsync<SandboxException>(
            () => Provider.RunAsync(specification, new SandboxCommand("/bin/true")));
        foreach (SandboxException? exception in (SandboxException?[])[created, ran])
        {
            AssertSays(exception!, stage, target, error, stageBegins);
        }
    }
}
