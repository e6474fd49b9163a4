using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Profiles;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux.Tests.Containers;

/// <summary>
/// Generates the seccomp profile that the package contains for container engines: the calls that ordinary programs
/// need, as in the default profiles of the engines, and those that the library itself makes.
/// </summary>
internal static partial class ContainerProfile
{
    /// <summary>
    /// Calls that the library makes only as root of the host, which the engines allow with these capabilities.
    /// </summary>
    internal static readonly (string Call, string[] Capabilities)[] WithCapabilities =
        [("bpf", ["CAP_SYS_ADMIN", "CAP_BPF"]), ("perf_event_open", ["CAP_SYS_ADMIN", "CAP_PERFMON"])];

    /// <summary>Calls that the default profiles of the engines allow, and the library's own profiles refuse.</summary>
    private const string FurtherOfEngines = """
        adjtimex clock_adjtime fanotify_mark get_mempolicy io_cancel io_destroy io_getevents io_pgetevents io_setup
        io_submit ioctl mbind modify_ldt name_to_handle_at prctl prlimit64 process_vm_readv
        process_vm_writev ptrace remap_file_pages set_mempolicy set_mempolicy_home_node setrlimit socketpair
        """;

    private const int JoinSessionKeyring = 1;
    private const int VirtualMachines = 40;
    private const int FamilyNotSupported = 97;

    private static readonly string[] WithConditions = ["personality", "socket", "keyctl"];

    private static readonly long[] Personalities = [0, 8, 0x20000, 0x20008, 0xffffffff];

    /// <summary>Gets the calls that the library makes.</summary>
    internal static IEnumerable<string> Own { get; } =
        [.. typeof(SystemCallTable).GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.PropertyType == typeof(int))
            .Select(property => property.Name == nameof(SystemCallTable.CloneLegacy) ? "clone" : Name(property.Name))];

    /// <summary>Generates the profile.</summary>
    internal static string Generate()
    {
        string[] withCapabilities = [.. WithCapabilities.Select(one => one.Call)];
        SortedSet<string> allowed = new(
            [
                .. RuleText.Names(string.Join('\n',
                    DefaultProfile.Files, DefaultProfile.Attributes, DefaultProfile.Waiting, DefaultProfile.Memory,
                    DefaultProfile.Processes, DefaultProfile.OtherProcesses, DefaultProfile.Facts,
                    DefaultProfile.OpenSockets, DefaultProfile.Further, FurtherOfEngines)),
                .. Own,
            ], StringComparer.Ordinal);
        allowed.ExceptWith(withCapabilities);
        allowed.ExceptWith(WithConditions);
        string[] refused = [.. SystemCallNames.X64.Numbers.Keys.Union(SystemCallNames.Arm64.Numbers.Keys)
            .Except(allowed).Except(WithConditions).Except(withCapabilities).Order(StringComparer.Ordinal)];

        List<string> rules = [Rule(allowed, "ALLOW")];
        rules.AddRange(Personalities.Select(
            value => Rule(["personality"], "ALLOW", $"\"args\": [{Argument(0, value, "EQ")}]")));
        rules.Add(Rule(["keyctl"], "ALLOW", $"\"args\": [{Argument(0, JoinSessionKeyring, "EQ")}]"));
        rules.Add(Rule(["socket"], "ALLOW", $"\"args\": [{Argument(0, VirtualMachines, "NE")}]"));
        rules.Add(Rule(
            ["socket"], "ERRNO", $"\"errnoRet\": {FamilyNotSupported}",
            $"\"args\": [{Argument(0, VirtualMachines, "EQ")}]"));
        foreach ((string call, string[] capabilities) in WithCapabilities)
        {
            rules.AddRange(capabilities.Select(
                capability => Rule([call], "ALLOW", $"\"includes\": {{\"caps\": [\"{capability}\"]}}")));
            string all = string.Join(", ", capabilities.Select(capability => $"\"{capability}\""));
            rules.Add(Rule([call], "ERRNO", $"\"errnoRet\": {Errno.EPERM}", $"\"excludes\": {{\"caps\": [{all}]}}"));
        }

        // Unknown calls are answered as by an older kernel, and known ones that are refused by EPERM.
        rules.Add(Rule(refused, "ERRNO", $"\"errnoRet\": {Errno.EPERM}"));
        return $$"""
            {
              "defaultAction": "SCMP_ACT_ERRNO",
              "defaultErrnoRet": {{Errno.ENOSYS}},
              "archMap": [
                {"architecture": "SCMP_ARCH_X86_64", "subArchitectures": []},
                {"architecture": "SCMP_ARCH_AARCH64", "subArchitectures": []}
              ],
              "syscalls": [
            {{string.Join(",\n", rules)}}
              ]
            }

            """;
    }

    private static string Argument(int index, long value, string comparison) =>
        $"{{\"index\": {index}, \"value\": {value}, \"op\": \"SCMP_CMP_{comparison}\"}}";

    private static string Rule(IEnumerable<string> names, string action, params string[] more)
    {
        StringBuilder text = new("    {\"names\": [");
        int column = text.Length;
        string separator = "";
        foreach (string name in names)
        {
            text.Append(separator);
            column += name.Length + 4;
            if (column > 110)
            {
                text.Append("\n      ");
                column = name.Length + 10;
            }

            text.Append('"').Append(name).Append('"');
            separator = ", ";
        }

        text.Append("], \"action\": \"SCMP_ACT_").Append(action).Append('"');
        foreach (string part in more)
        {
            text.Append(", ").Append(part);
        }

        return text.Append('}').ToString().Replace(", \n", ",\n", StringComparison.Ordinal);
    }

    // Converts RtSigaction to rt_sigaction.
    private static string Name(string property) =>
        Capital().Replace(property, match => $"_{match.Value.ToLowerInvariant()}")[1..];

    [GeneratedRegex("[A-Z]")]
    private static partial Regex Capital();
}
