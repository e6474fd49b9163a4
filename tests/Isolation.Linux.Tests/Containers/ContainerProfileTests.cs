using System.Text.Json;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Compiling;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux.Tests.Containers;

/// <summary>Tests the seccomp profile that the package contains for container engines.</summary>
public sealed class ContainerProfileTests
{
    private static readonly ulong[] NoArguments = new ulong[6];

    /// <summary>Calls with which a container could leave its confinement or harm the machine.</summary>
    private static readonly string[] Dangerous =
    [
        "kexec_load", "kexec_file_load", "open_by_handle_at", "bpf", "perf_event_open", "init_module", "finit_module",
        "delete_module", "reboot", "swapon", "swapoff", "acct", "quotactl", "iopl", "ioperm", "settimeofday",
        "clock_settime", "add_key", "request_key", "userfaultfd", "io_uring_setup", "lookup_dcookie", "syslog",
        "fanotify_init", "vhangup", "move_pages", "pidfd_getfd", "nfsservctl",
    ];

    private static string Profile { get; } = Path.Combine(
        FindRepository(), "src", "Isolation.Linux", "Containers", "isolation.json");

    /// <summary>Set <c>ISOLATION_UPDATE_DOCUMENTS=1</c> to write the file.</summary>
    [Test]
    public void The_file_is_what_the_tables_of_the_library_yield()
    {
        if (Environment.GetEnvironmentVariable("ISOLATION_UPDATE_DOCUMENTS") == "1")
        {
            File.WriteAllText(Profile, ContainerProfile.Generate());
        }

        Assert.That(File.ReadAllText(Profile), Is.EqualTo(ContainerProfile.Generate()));
    }

    [Test]
    public void Engines_can_parse_it()
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(Profile));
        JsonElement[] rules = [.. document.RootElement.GetProperty("syscalls").EnumerateArray()];
        string[] plain = [.. rules
            .Where(rule => !rule.TryGetProperty("args", out _) && !rule.TryGetProperty("includes", out _)
                && !rule.TryGetProperty("excludes", out _))
            .SelectMany(rule => rule.GetProperty("names").EnumerateArray()).Select(name => name.GetString()!)];

        Assert.That(plain, Is.Unique);
        Assert.That(plain.Where(name => !SystemCallNames.IsKnown(name)), Is.Empty);
        Assert.That(
            rules.Select(rule => rule.GetProperty("action").GetString()).Distinct(),
            Is.EquivalentTo(new[] { "SCMP_ACT_ALLOW", "SCMP_ACT_ERRNO" }));
    }

    [Test]
    public void Every_call_of_the_library_is_permitted()
    {
        string[] special = [.. ContainerProfile.WithCapabilities.Select(one => one.Call), "keyctl"];
        FilterRules rules = Read();

        Assert.That(
            ContainerProfile.Own.Except(special).Where(call => Result(rules, call) != FilterResult.Allow), Is.Empty);
        Assert.That(ContainerProfile.Own, Is.SupersetOf(new[]
        {
            "clone", "clone3", "unshare", "setns", "pivot_root", "mount", "umount2", "fsopen", "fsconfig", "fsmount",
            "move_mount", "open_tree", "mount_setattr", "sethostname", "setdomainname", "seccomp",
            "landlock_restrict_self",
        }));
    }

    [Test]
    public void A_session_keyring_can_be_joined_and_nothing_else_done_with_keys()
    {
        FilterRules rules = Read();

        Assert.That(Result(rules, "keyctl", Kernel.KeyctlJoinSessionKeyring), Is.EqualTo(FilterResult.Allow));
        Assert.That(Result(rules, "keyctl", 11), Is.Not.EqualTo(FilterResult.Allow));
    }

    [TestCaseSource(nameof(Dangerous))]
    public void A_dangerous_call_is_refused(string call)
    {
        if (SystemCallNames.Current.Numbers.ContainsKey(call))
        {
            Assert.That(Result(Read(), call), Is.EqualTo(FilterResult.Errno | Errno.EPERM));
        }
    }

    [TestCase(1, true)]
    [TestCase(2, true)]
    [TestCase(16, true)]
    [TestCase(40, false)]
    public void Sockets_of_virtual_machines_are_refused(int family, bool isAllowed) =>
        Assert.That(
            Result(Read(), "socket", family),
            Is.EqualTo(isAllowed ? FilterResult.Allow : FilterResult.Errno | Errno.EAFNOSUPPORT));

    [Test]
    public void Programs_for_devices_need_the_capability()
    {
        FilterRules root = FilterRules.Expand(
            OciSeccompProfile.Read(File.ReadAllText(Profile), new() { Capabilities = ["CAP_BPF"] }),
            FilterTarget.Current);

        Assert.That(Result(root, "bpf"), Is.EqualTo(FilterResult.Allow));
        Assert.That(Result(root, "perf_event_open"), Is.EqualTo(FilterResult.Errno | Errno.EPERM));
    }

    private static FilterRules Read() =>
        FilterRules.Expand(OciSeccompProfile.Read(File.ReadAllText(Profile)), FilterTarget.Current);

    private static uint Result(FilterRules rules, string call, long first = 0)
    {
        ulong[] arguments = [.. NoArguments];
        arguments[0] = (ulong)first;
        return rules.Evaluate((uint)SystemCallNames.Current.Numbers[call], arguments);
    }

    private static string FindRepository()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Isolation.sln")))
        {
            directory = directory.Parent;
        }

        return directory!.FullName;
    }
}
