using System.Collections.Immutable;
using Isolation.Linux.Host;
using Isolation.Linux.Landlock;
using Isolation.Linux.Plans;

namespace Isolation.Linux.Sandboxes;

/// <summary>Determines the policy in force in a sandbox from its compiled setup and the skipped features.</summary>
internal static class EffectivePolicies
{
    /// <param name="specification">The specification of the sandbox.</param>
    /// <param name="plan">The compiled setup.</param>
    /// <param name="skipped">The skipped entries, see <see cref="SandboxPlan.Skippable"/>.</param>
    internal static EffectivePolicy Of(SandboxSpecification specification, SandboxPlan plan, HashSet<object> skipped)
    {
        LandlockPlan? landlock = plan.Landlock is null ? null : plan.LandlockPlan;
        return new EffectivePolicy
        {
            Namespaces = NamespaceKind.All.ToImmutableSortedDictionary(
                kind => kind.File, kind => Origin(
                    specification.Namespaces[kind.Kind], (plan.Launch.CloneFlags & kind.Flag) != 0)),
            UserIds = plan.IdMap?.Users ?? [],
            GroupIds = plan.IdMap?.Groups ?? [],
            Root = Describe(specification.Root),
            Mounts = [.. specification.Mounts.Where(entry => !skipped.Contains(entry) && !plan.Missing.Contains(entry))
                .Select(Describe)],
            MaskedPaths = specification.MaskedPaths,
            ReadOnlyPaths = specification.ReadOnlyPaths,
            Capabilities = specification.Capabilities,
            NewPrivileges = specification.Hardening.NewPrivileges,
            Hardening = [.. plan.Hardening.Where(words => !skipped.Contains(words))],
            SystemCalls = plan.Filter is { } filter
                ? new(plan.SystemCalls.Profile, plan.SystemCalls.Rules.IsDefault ? 0 : plan.SystemCalls.Rules.Length,
                    filter.InstructionCount, filter.HasNotify)
                : null,
            Landlock = landlock is null ? null : new(landlock.Abi, landlock.Files, landlock.Ports, landlock.Scopes),
            Limits = plan.Cgroups is { } cgroups
                ? [.. cgroups.Hierarchies.SelectMany(hierarchy => hierarchy.Settings)
                    .Select(
                        setting =>
                        $"{setting.Files[0]} {setting.Device}{(setting.Device.Length > 0 ? " " : "")}{setting.Value}")
                    .Distinct()]
                : [],
        };
    }

    private static string Origin(NamespaceSource source, bool isMade) => source switch
    {
        JoinedByPath joined => joined.Path,
        JoinedFromProcess joined => $"of process {joined.ProcessId}",
        _ => isMade ? "new" : "host",
    };

    private static string Describe(RootFileSystem root) => root switch
    {
        EmptyRoot built => $"in memory, {Words(built.Access)}",
        DirectoryRoot directory => $"the host's directory {directory.Path}, {Words(directory.Access)}",
        OverlayRoot { Upper: PersistentUpper upper } overlay =>
            $"{overlay.Layers.Length} layers below the host's directory {upper.Directory}",
        OverlayRoot overlay => $"{overlay.Layers.Length} layers below a temporary one",
        ChrootRoot directory => $"the host's directory {directory.Path} by chroot",
        _ => "the host's",
    };

    private static string Describe(MountEntry entry) => entry switch
    {
        BindMount bind => $"{bind.Target}: the host's {bind.Source}, {Words(bind.Access)}{Words(bind.Options)}",
        TemporaryMount temporary => $"{temporary.Target}: in memory, {temporary.Size} bytes{Words(temporary.Options)}",
        ProcMount proc => $"{proc.Target}: processes",
        DeviceMount devices => $"{devices.Target}: devices",
        _ => $"{entry.Target}: {entry.GetType().Name}",
    };

    private static string Words(MountAccess access) => access == MountAccess.ReadOnly ? "read-only" : "writable";

    private static string Words(MountOptions options) => options == MountOptions.None ? "" : $", {options}";
}
