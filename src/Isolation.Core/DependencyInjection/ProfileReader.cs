using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Turns profiles into specifications. Makes the record by hand and not by a builder, which stops at the first mistake
/// in a part: all mistakes of a configuration are to be told at once.
/// </summary>
internal static class ProfileReader
{
    public static SandboxSpecification Read(string name, SandboxProfileOptions profile, IsolationOptions defaults)
    {
        RootFileSystem root = ReadRoot(profile);
        SandboxSpecification preset = ReadPreset(profile.Preset);
        return preset with
        {
            Name = name,
            Root = root,
            Mounts = [.. preset.Mounts, .. ReadMounts(profile, root is BuiltRoot ? defaults.DefaultHostFolders : [])],
            MaskedPaths = [.. preset.MaskedPaths.Union(profile.MaskedPaths)],
            ReadOnlyPaths = [.. preset.ReadOnlyPaths.Union(profile.ReadOnlyPaths)],
            Namespaces = NamespaceSet.NewOnly(profile.Namespaces),
            User = new SandboxUser(profile.UserId ?? defaults.DefaultUserId, profile.GroupId ?? defaults.DefaultGroupId),
            HostName = profile.HostName,
            DomainName = profile.DomainName,
            Limits = ReadLimits(profile.Limits),
            SystemCalls = profile.SystemCalls == SystemCallProfile.None ? SystemCallFilter.Off : new SystemCallFilter { Profile = profile.SystemCalls },
        };
    }

    private static SandboxSpecification ReadPreset(SandboxPreset preset) => preset switch
    {
        SandboxPreset.HostPrograms => SandboxPresets.HostPrograms().Build(),
        SandboxPreset.Minimal => SandboxPresets.Minimal().Build(),
        _ => new SandboxSpecification(),
    };

    private static SandboxLimits? ReadLimits(LimitOptions? limits) => limits is null
        ? null
        : new SandboxLimits
        {
            Requirement = limits.Requirement,
            ParentGroup = limits.ParentGroup,
            Memory = limits.Memory,
            MemoryHigh = limits.MemoryHigh,
            MemoryLow = limits.MemoryLow,
            MemoryMin = limits.MemoryMin,
            Swap = limits.Swap,
            OutOfMemoryKill = limits.OutOfMemoryKill,
            Cpu = limits.Cpu,
            CpuBurst = limits.CpuBurst,
            CpuWeight = limits.CpuWeight,
            Cpus = [.. limits.Cpus],
            MemoryNodes = [.. limits.MemoryNodes],
            Processes = limits.Processes,
            InputOutputWeight = limits.InputOutputWeight,
        };

    private static RootFileSystem ReadRoot(SandboxProfileOptions profile)
    {
        if (profile.Layers.Count > 0)
        {
            return new OverlayRoot([.. profile.Layers]);
        }

        return profile.RootFolder is null
            ? new BuiltRoot { Access = profile.RootAccess }
            : new FolderRoot(profile.RootFolder) { Access = profile.RootAccess };
    }

    private static IEnumerable<MountEntry> ReadMounts(SandboxProfileOptions profile, IEnumerable<string> defaultFolders)
    {
        IEnumerable<string> folders = defaultFolders.Union(profile.HostFolders);
        ImmutableArray<MountEntry> binds =
        [
            .. folders.Select(path => new BindMount(path, path)),
            .. profile.OptionalHostFolders.Select(path => new BindMount(path, path) { Requirement = Requirement.Prefer }),
            .. profile.Binds.Select(bind => new BindMount(bind.Source, bind.Target ?? bind.Source) { Access = bind.Access }),
        ];
        return binds.Concat(profile.TemporaryFolders.Select(folder => new TemporaryMount(folder.Target) { Size = folder.Size }));
    }
}
