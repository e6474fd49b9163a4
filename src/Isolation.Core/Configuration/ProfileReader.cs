using System.Collections.Immutable;

namespace Isolation;

/// <summary>Converts profiles to specifications.</summary>
/// <remarks>
/// Creates the records directly, because a builder throws at the first error and the validation of the options reports
/// all errors at once.
/// </remarks>
internal static class ProfileReader
{
    public static SandboxSpecification Read(string name, SandboxProfileOptions profile, IsolationOptions defaults)
    {
        SandboxSpecification preset = ReadPreset(profile.Preset);
        RootFileSystem root = ReadRoot(profile, preset);
        return preset with
        {
            Name = name,
            Lifetime = profile.Lifetime ?? preset.Lifetime,
            Root = root,
            Mounts = [.. preset.Mounts, .. ReadMounts(
                profile, root is EmptyRoot ? defaults.DefaultHostDirectories : [])],
            MaskedPaths = [.. preset.MaskedPaths.Union(profile.MaskedPaths)],
            ReadOnlyPaths = [.. preset.ReadOnlyPaths.Union(profile.ReadOnlyPaths)],
            Namespaces = profile.Namespaces is { } kinds ? NamespaceSet.NewOnly(kinds) : preset.Namespaces,
            User = preset.User == SandboxUser.SameAsHost && profile.UserId is null && profile.GroupId is null
                ? preset.User
                : new SandboxUser(profile.UserId ?? defaults.DefaultUserId, profile.GroupId ?? defaults.DefaultGroupId),
            HostName = profile.HostName,
            DomainName = profile.DomainName,
            Limits = profile.Limits is { } limits ? ReadLimits(limits, preset.Limits) : preset.Limits,
            SystemCalls = profile.SystemCalls switch
            {
                null => preset.SystemCalls,
                SystemCallProfile.None => SystemCallFilter.Off,
                { } calls => new SystemCallFilter { Profile = calls },
            },
        };
    }

    private static SandboxSpecification ReadPreset(SandboxPreset preset) => preset switch
    {
        SandboxPreset.HostPrograms => SandboxPresets.HostPrograms().Build(),
        SandboxPreset.Judge => SandboxPresets.Judge().Build(),
        SandboxPreset.PlugIn => SandboxPresets.PlugIn().Build(),
        SandboxPreset.Unprivileged => SandboxPresets.Unprivileged().Build(),
        SandboxPreset.Minimal => SandboxPresets.Minimal().Build(),
        _ => new SandboxSpecification(),
    };

    private static SandboxLimits ReadLimits(LimitOptions limits, SandboxLimits? preset)
    {
        SandboxLimits start = limits.ExtendsPreset && preset is not null ? preset : new SandboxLimits();
        return start with
        {
            Requirement = limits.Requirement ?? start.Requirement,
            ParentGroup = limits.ParentGroup ?? start.ParentGroup,
            CgroupPath = limits.CgroupPath ?? start.CgroupPath,
            Memory = limits.Memory ?? start.Memory,
            MemoryHigh = limits.MemoryHigh ?? start.MemoryHigh,
            MemoryLow = limits.MemoryLow ?? start.MemoryLow,
            MemoryMin = limits.MemoryMin ?? start.MemoryMin,
            Swap = limits.Swap ?? start.Swap,
            OutOfMemoryKill = limits.OutOfMemoryKill ?? start.OutOfMemoryKill,
            Cpu = limits.Cpu ?? start.Cpu,
            CpuBurst = limits.CpuBurst ?? start.CpuBurst,
            CpuWeight = limits.CpuWeight ?? start.CpuWeight,
            Processes = limits.Processes ?? start.Processes,
            InputOutputWeight = limits.InputOutputWeight ?? start.InputOutputWeight,
            Cpus = limits.Cpus.Count > 0 ? [.. limits.Cpus] : start.Cpus,
            MemoryNodes = limits.MemoryNodes.Count > 0 ? [.. limits.MemoryNodes] : start.MemoryNodes,
        };
    }

    private static RootFileSystem ReadRoot(SandboxProfileOptions profile, SandboxSpecification preset)
    {
        if (profile.Layers.Count > 0)
        {
            return new OverlayRoot([.. profile.Layers]);
        }

        return profile.RootDirectory is not null
            ? new DirectoryRoot(profile.RootDirectory) { Access = profile.RootAccess ?? MountAccess.ReadOnly }
            : preset.Root is EmptyRoot built ? built with { Access = profile.RootAccess ?? built.Access }
            : preset.Root;
    }

    private static IEnumerable<MountEntry> ReadMounts(
        SandboxProfileOptions profile, IEnumerable<string> defaultDirectories)
    {
        IEnumerable<string> directories = defaultDirectories.Union(profile.HostDirectories);
        ImmutableArray<MountEntry> binds =
        [
            .. directories.Select(path => new BindMount(path, path)),
            .. profile.OptionalHostDirectories.Select(
                path => new BindMount(path, path) { Requirement = Requirement.Prefer }),
            .. profile.Binds.Select(
                bind => new BindMount(bind.Source, bind.Target ?? bind.Source) { Access = bind.Access }),
        ];
        return binds.Concat(
            profile.TemporaryDirectories.Select(
                directory => new TemporaryMount(directory.Target) { Size = directory.Size }));
    }
}
