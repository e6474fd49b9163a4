using System.Runtime.InteropServices;
using System.Text.Json;
using Isolation.Linux.Seccomp.Oci;
using Isolation.Linux.Seccomp.Profiles;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux;

/// <summary>Reads and writes seccomp profiles in the format of container engines.</summary>
/// <remarks>
/// <para>
/// Supported are <c>linux.seccomp</c> of the OCI runtime specification and the format of Docker and Podman with
/// <c>archMap</c>, <c>includes</c> and <c>excludes</c>. Flags and other architectures are ignored: a filter applies to
/// the host's own architecture and refuses system calls of all others.
/// </para>
/// <para>
/// The order of rules has no meaning in this format. As in libseccomp, a rule without conditions overrides all other
/// rules for the same system call. As in runc, a rule that names an argument more than once matches if any of its
/// conditions holds.
/// </para>
/// </remarks>
public static class OciSeccompProfile
{
    /// <summary>Reads a profile.</summary>
    /// <param name="json">
    /// The profile as JSON, that is, the <c>linux.seccomp</c> object of a runtime configuration.
    /// </param>
    /// <param name="options">The options. Default: no capabilities and the running kernel.</param>
    /// <returns>The filter.</returns>
    /// <exception cref="FormatException">
    /// <paramref name="json"/> is not a valid profile, or contains names that are not system calls; the message lists
    /// all such names.
    /// </exception>
    public static SystemCallFilter Read(string json, OciSeccompOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        OciProfile profile;
        try
        {
            profile = JsonSerializer.Deserialize(json, OciJson.Default.OciProfile)
                ?? throw new FormatException("The seccomp profile is null.");
        }
        catch (JsonException exception)
        {
            throw new FormatException($"The seccomp profile is invalid: {exception.Message}", exception);
        }

        return Read(profile, options ?? new OciSeccompOptions());
    }

    /// <summary>
    /// Writes a filter, including the rules of its profile, as a profile for the host's architecture.
    /// </summary>
    /// <param name="filter">The filter.</param>
    /// <returns>The profile as JSON.</returns>
    /// <exception cref="NotSupportedException">
    /// The order of the filter's rules matters: more than one rule for a system call, with different actions, can match
    /// the same arguments. The format cannot express an order.
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
                $"The seccomp profile contains unknown system calls: {string.Join(", ", unknown)}.");
        }

        foreach (string name in unknown)
        {
            options.UnknownNames!.Add(name);
        }

        SystemCallFilter filter = new()
        {
            Profile = SystemCallProfile.None,
            DefaultAction = defaultAction,
            Rules = OciRules.WholeCallsFirst(rules)
        };
        filter.Validate();
        return filter;
    }
}
