using Isolation.IntegrationTests.Robustness;
using Isolation.Linux;
using Isolation.Linux.Probing;

namespace Isolation.IntegrationTests.Probing;

/// <summary>Compares the result of the probe with the real behaviour of this host.</summary>
public sealed class SupportTests
{
    private static readonly IsolationSupport Support = LinuxSandboxProvider.Default.Support;

    private static string Directory => "/usr";

    [Test]
    public void Every_feature_is_answered()
    {
        foreach (FeatureSupport feature in Support.Features)
        {
            TestContext.Out.WriteLine(
                $"{(feature.IsSupported ? "yes" : "no "),-4} {feature.Feature,-22} {feature.Detail} {feature.Remedy}");
        }

        Assert.That(
            Support.Features.Select(feature => feature.Feature), Is.EquivalentTo(Enum.GetValues<IsolationFeature>()));
    }

    [Test]
    public void Unsupported_features_have_a_reason() =>
        Assert.That(
            Support.Features.Where(feature => !feature.IsSupported).Select(feature => feature.Detail),
            Is.All.Not.Empty);

    [Test]
    public void User_namespaces_are_there_where_another_program_can_make_them() =>
        Assert.That(
            Support[IsolationFeature.UserNamespaces].IsSupported, Is.EqualTo(Machine.UserNamespaceRefusal is null),
            Machine.UserNamespaceRefusal);

    [TestCase(Namespaces.Mount, IsolationFeature.MountNamespaces)]
    [TestCase(Namespaces.Pid, IsolationFeature.PidNamespaces)]
    [TestCase(Namespaces.Network, IsolationFeature.NetworkNamespaces)]
    [TestCase(Namespaces.Ipc, IsolationFeature.IpcNamespaces)]
    [TestCase(Namespaces.Uts, IsolationFeature.UtsNamespaces)]
    [TestCase(Namespaces.Cgroup, IsolationFeature.CgroupNamespaces)]
    [TestCase(Namespaces.Time, IsolationFeature.TimeNamespaces)]
    public Task A_kind_of_namespace_is_had_as_said(Namespaces kind, IsolationFeature feature) =>
        ExpectAsync(
            feature,
            new SandboxSpecification { Namespaces = NamespaceSet.NewOnly(Namespaces.User | Namespaces.Mount | kind) });

    [Test]
    public Task A_process_file_system_is_had_as_said() =>
        ExpectAsync(IsolationFeature.ProcMounts, new SandboxSpecification { Mounts = [new ProcMount()] });

    [Test]
    public Task An_overlay_is_had_as_said() =>
        ExpectAsync(IsolationFeature.Overlay, new SandboxSpecification { Root = new OverlayRoot([Directory]) });

    [Test]
    public Task Recursive_read_only_is_had_as_said() =>
        ExpectAsync(
            IsolationFeature.RecursiveReadOnly,
            new SandboxSpecification { Mounts = [new BindMount(Directory, "/there")] });

    [Test]
    public Task Mapped_owners_are_had_as_said()
    {
        string directory = Support[IsolationFeature.IdMappedMounts] is { IsSupported: true, Detail: var detail }
            && !detail.Contains("for /,", StringComparison.Ordinal)
            && !detail.Contains("for /.", StringComparison.Ordinal)
            ? "/tmp"
            : Directory;
        return ExpectAsync(
            IsolationFeature.IdMappedMounts,
            new SandboxSpecification
            {
                Mounts = [new BindMount(directory, "/there") { Ownership = MountOwnership.Mapped }],
            });
    }

    [Test]
    public Task Subordinate_ids_are_had_as_said() =>
        ExpectAsync(IsolationFeature.SubordinateIdMaps, new SandboxSpecification { IdMap = IdMap.Subordinate });

    [Test]
    public Task Any_ids_are_had_as_said() =>
        ExpectAsync(
            IsolationFeature.AnyIdMaps,
            new SandboxSpecification
            {
                IdMap = IdMap.Ranges([new IdRange(0, 70_000, 10)], [new IdRange(0, 70_000, 10)]),
                User = new SandboxUser(1, 1),
            });

    [Test]
    public void Controllers_that_are_said_to_be_usable_take_a_group()
    {
        FeatureSupport support = Support[IsolationFeature.Cgroups];
        Requires.That("cgroups", support.IsSupported, support.Detail);

        // "v1 pids below /sys/fs/cgroup/pids; v2 below …: memory pids"
        foreach (string part in support.Detail.Split(';').Where(
            part => part.Contains(" below ", StringComparison.Ordinal)))
        {
            string directory = part.Split(" below ")[1].Split(':')[0].TrimEnd('.').Split(". ")[0];
            string group = Path.Combine(directory, $"isolation-test-{Environment.ProcessId}");
            Assert.DoesNotThrow(() => System.IO.Directory.CreateDirectory(group), part);
            System.IO.Directory.Delete(group);
        }
    }

    [Test]
    public void Probing_leaves_nothing_behind()
    {
        KernelProbes trials = new();
        TryAll(trials);
        HostState before = HostState.Capture();
        string mounts = File.ReadAllText("/proc/self/mountinfo");
        TryAll(trials);
        string[] descriptors = HostState.Capture().Descriptors;

        Assert.Multiple(() =>
        {
            Assert.That(
                descriptors,
                Has.Length.LessThanOrEqualTo(before.Descriptors.Length),
                () => string.Join('\n', descriptors.Except(before.Descriptors)));
            Assert.That(File.ReadAllText("/proc/self/mountinfo"), Is.EqualTo(mounts));
            Assert.That(Children(), Is.Empty);
        });
    }

    private static void TryAll(KernelProbes trials)
    {
        bool hasUsers = Machine.UserNamespaceRefusal is null;
        trials.TryNamespaces(Namespaces.User);
        trials.TryNamespaces(Namespaces.User | Namespaces.Mount);
        trials.TryProc(hasUsers, ProcContent.Everything);
        trials.TryOverlay(hasUsers);
        trials.TryRecursiveReadOnly(hasUsers);
        trials.TryMappedMount("/");
        trials.TryMemoryFile(out _);
    }

    /// <summary>Zombies that this process did not wait for.</summary>
    private static IEnumerable<string> Children()
    {
        foreach (string directory in System.IO.Directory.GetDirectories("/proc")
            .Where(directory => char.IsAsciiDigit(directory[^1])))
        {
            string status;
            try
            {
                status = File.ReadAllText($"{directory}/status");
            }
            catch (IOException)
            {
                continue; // It has ended meanwhile.
            }

            if (status.Contains("State:\tZ", StringComparison.Ordinal)
                && status.Contains($"PPid:\t{Environment.ProcessId}\n", StringComparison.Ordinal))
            {
                yield return status;
            }
        }
    }

    private static async Task ExpectAsync(IsolationFeature feature, SandboxSpecification specification)
    {
        FeatureSupport support = Support[feature];
        try
        {
            await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(specification);
            Assert.That(support.IsSupported, Is.True, support.ToString());
        }
        catch (SandboxException exception)
        {
            Assert.That(support.IsSupported, Is.False, $"{exception.Message} {support}");
            TestContext.Out.WriteLine(exception.Message);
        }
    }
}
