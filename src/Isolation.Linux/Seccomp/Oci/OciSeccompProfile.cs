using System.Runtime.InteropServices;
using System.Text.Json;
using Isolation.Linux.Seccomp.Oci;
using Isolation.Linux.Seccomp.Profiles;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux;

/// <summary>
/// Profiles as container engines have them: <c>linux.seccomp</c> of the OCI runtime specification, and the format of
/// Docker and Podman with <c>archMap</c>, <c>includes</c> and <c>excludes</c>. Flags and other architectures are passed
/// over: a filter is for the host's own architecture, and refuses the others.
/// </summary>
/// <remarks>
/// In this format the order of rules says nothing. As in libseccomp, a rule without conditions decides on a call
/// whatever other rules say of it, and a rule that names an argument twice holds if any of its conditions does, as in
/// runc.
/// </remarks>
public static class OciSeccompProfile
{
    /// <summary>Reads a profile.</summary>
    /// <param name="json">The profile, or a whole runtime configuration's <c>linux.seccomp</c>.</param>
    /// <param name="options">How. Default: for a program without capabilities, on this host.</param>
    /// <exception cref="FormatException">It is no profile, or has a name that stands for no system call; all such names
    /// are listed.</exception>
    public static SystemCallFilter Read(string json, OciSeccompOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        OciProfile profile;
        try
        {
            profile = JsonSerializer.Deserialize(json, OciJson.Default.OciProfile)
                ?? throw new FormatException("The profile is null.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The seccomp profile is not what it must be: {exception.Message}", exception);
        }

        return Read(profile, options ?? new OciSeccompOptions());
    }

    /// <summary>Writes a filter, with the rules of its profile, for the host's architecture.</summary>
    /// <exception cref="NotSupportedException">
    /// The order of its rules matters: of rules for the same call with other actions, more than one may match. The
    /// format has no order.
    /// </exception>
    public static string Write(SystemCallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        filter.Validate();
        (string defaultAction, uint? defaultData) = OciWords.Write(
            filter.IsOff
            ? SystemCallAction.Allow
            : filter.DefaultAction ?? ProfileContent.Of(filter.Profile).DefaultAction);
        OciProfile profile = new()
        {
            DefaultAction = defaultAction,
            DefaultErrnoRet = defaultData,
            Architectures = [RuntimeInformation.ProcessArchitecture == Architecture.Arm64
                ? "SCMP_ARCH_AARCH64"
                : "SCMP_ARCH_X86_64"],
            Syscalls = [.. OciRules.Unordered([.. filter.Rules.AsSpan(), .. ProfileContent.Of(filter.Profile).Rules])
                .Select(Write)],
        };
        return JsonSerializer.Serialize(profile, OciJson.Default.OciProfile);
    }

    private static OciProfile.Rule Write(SystemCallRule rule)
    {
        (string action, uint? data) = OciWords.Write(rule.Action);
        return new OciProfile.Rule
        {
            Names = [.. rule.Names],
            Action = action,
            ErrnoRet = data,
            Args = rule.Comparisons.IsEmpty ? null : [.. rule.Comparisons.Select(OciWords.Write)],
        };
    }

    private static SystemCallFilter Read(OciProfile profile, OciSeccompOptions options)
    {
        SystemCallAction defaultAction = OciWords.ReadAction(profile.DefaultAction, profile.DefaultErrnoRet);
        List<SystemCallRule> rules = [];
        SortedSet<string> unknown = new(StringComparer.Ordinal);
        foreach (OciProfile.Rule rule in (profile.Syscalls ?? []).Where(rule => OciRules.IsFor(rule, options)))
        {
            string[] names = [.. rule.Names ?? (rule.Name is null ? [] : [rule.Name])];
            unknown.UnionWith(names.Where(name => !SystemCallNames.IsKnown(name)));
            names = [.. names.Where(SystemCallNames.IsKnown)];
            if (names.Length > 0)
            {
                rules.AddRange(OciRules.Read(rule, [.. names]));
            }
        }

        if (unknown.Count > 0 && options.UnknownNames is null)
        {
            throw new FormatException(
                $"The seccomp profile names what is no system call: {string.Join(", ", unknown)}.");
        }

        foreach (string name in unknown)
        {
            options.UnknownNames!.Add(name);
        }

        SystemCallFilter filter = new() { Profile = SystemCallProfile.None, DefaultAction = defaultAction,
            Rules = OciRules.WholeCallsFirst(rules) };
        filter.Validate();
        return filter;
    }
}
