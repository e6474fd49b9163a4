namespace Isolation;

/// <summary>Describes the configuration: each property of the options is a key of the same name.</summary>
internal static class ConfigurationSchema
{
    internal static SectionSchema<BindOptions> Bind { get; } = new("A bind")
    {
        [nameof(BindOptions.Source)] = static (bind, value) => bind.Source = value.Text ?? bind.Source,
        [nameof(BindOptions.Target)] = static (bind, value) => bind.Target = value.Text,
        [nameof(BindOptions.Access)] = static (bind, value) => bind.Access = value.Choice<MountAccess>() ?? bind.Access,
    };

    internal static SectionSchema<TemporaryDirectoryOptions> TemporaryDirectory { get; } = new("A temporary directory")
    {
        [nameof(TemporaryDirectoryOptions.Target)] = static (directory, value) =>
            directory.Target = value.Text ?? directory.Target,
        [nameof(TemporaryDirectoryOptions.Size)] = static (directory, value) =>
            directory.Size = value.Size() ?? directory.Size,
    };

    internal static SectionSchema<LimitOptions> Limits { get; } = new("The section of limits")
    {
        [nameof(LimitOptions.ExtendsPreset)] = static (limits, value) =>
            limits.ExtendsPreset = value.Boolean() ?? limits.ExtendsPreset,
        [nameof(LimitOptions.Requirement)] = static (limits, value) =>
            limits.Requirement = value.Choice<Requirement>() ?? limits.Requirement,
        [nameof(LimitOptions.ParentGroup)] = static (limits, value) => limits.ParentGroup = value.Text,
        [nameof(LimitOptions.CgroupPath)] = static (limits, value) => limits.CgroupPath = value.Text,
        [nameof(LimitOptions.Memory)] = static (limits, value) => limits.Memory = value.Size() ?? limits.Memory,
        [nameof(LimitOptions.MemoryHigh)] = static (limits, value) =>
            limits.MemoryHigh = value.Size() ?? limits.MemoryHigh,
        [nameof(LimitOptions.MemoryLow)] = static (limits, value) =>
            limits.MemoryLow = value.Size() ?? limits.MemoryLow,
        [nameof(LimitOptions.MemoryMin)] = static (limits, value) =>
            limits.MemoryMin = value.Size() ?? limits.MemoryMin,
        [nameof(LimitOptions.Swap)] = static (limits, value) => limits.Swap = value.Size() ?? limits.Swap,
        [nameof(LimitOptions.OutOfMemoryKill)] = static (limits, value) =>
            limits.OutOfMemoryKill = value.Choice<OutOfMemoryKill>() ?? limits.OutOfMemoryKill,
        [nameof(LimitOptions.Cpu)] = static (limits, value) => limits.Cpu = value.Number() ?? limits.Cpu,
        [nameof(LimitOptions.CpuBurst)] = static (limits, value) =>
            limits.CpuBurst = value.Duration() ?? limits.CpuBurst,
        [nameof(LimitOptions.CpuWeight)] = static (limits, value) =>
            limits.CpuWeight = value.Integer<int>() ?? limits.CpuWeight,
        [nameof(LimitOptions.Cpus)] = static (limits, value) => value.AddTo(limits.Cpus),
        [nameof(LimitOptions.MemoryNodes)] = static (limits, value) => value.AddTo(limits.MemoryNodes),
        [nameof(LimitOptions.Processes)] = static (limits, value) =>
            limits.Processes = value.Integer<int>() ?? limits.Processes,
        [nameof(LimitOptions.InputOutputWeight)] = static (limits, value) =>
            limits.InputOutputWeight = value.Integer<int>() ?? limits.InputOutputWeight,
    };

    internal static SectionSchema<SandboxProfileOptions> Profile { get; } = new("A profile")
    {
        [nameof(SandboxProfileOptions.Preset)] = static (profile, value) =>
            profile.Preset = value.Choice<SandboxPreset>() ?? profile.Preset,
        [nameof(SandboxProfileOptions.RootDirectory)] = static (profile, value) => profile.RootDirectory = value.Text,
        [nameof(SandboxProfileOptions.RootAccess)] = static (profile, value) =>
            profile.RootAccess = value.Choice<MountAccess>() ?? profile.RootAccess,
        [nameof(SandboxProfileOptions.Layers)] = static (profile, value) => value.AddTo(profile.Layers),
        [nameof(SandboxProfileOptions.HostDirectories)] = static (profile, value) =>
            value.AddTo(profile.HostDirectories),
        [nameof(SandboxProfileOptions.OptionalHostDirectories)] = static (profile, value) =>
            value.AddTo(profile.OptionalHostDirectories),
        [nameof(SandboxProfileOptions.Binds)] = static (profile, value) => value.AddTo(profile.Binds, Bind),
        [nameof(SandboxProfileOptions.TemporaryDirectories)] = static (profile, value) =>
            value.AddTo(profile.TemporaryDirectories, TemporaryDirectory),
        [nameof(SandboxProfileOptions.MaskedPaths)] = static (profile, value) => value.AddTo(profile.MaskedPaths),
        [nameof(SandboxProfileOptions.ReadOnlyPaths)] = static (profile, value) => value.AddTo(profile.ReadOnlyPaths),
        [nameof(SandboxProfileOptions.Namespaces)] = static (profile, value) =>
            profile.Namespaces = value.Choice<Namespaces>() ?? profile.Namespaces,
        [nameof(SandboxProfileOptions.Lifetime)] = static (profile, value) =>
            profile.Lifetime = value.Choice<SandboxLifetime>() ?? profile.Lifetime,
        [nameof(SandboxProfileOptions.UserId)] = static (profile, value) =>
            profile.UserId = value.Integer<uint>() ?? profile.UserId,
        [nameof(SandboxProfileOptions.GroupId)] = static (profile, value) =>
            profile.GroupId = value.Integer<uint>() ?? profile.GroupId,
        [nameof(SandboxProfileOptions.HostName)] = static (profile, value) => profile.HostName = value.Text,
        [nameof(SandboxProfileOptions.DomainName)] = static (profile, value) => profile.DomainName = value.Text,
        [nameof(SandboxProfileOptions.SystemCalls)] = static (profile, value) =>
            profile.SystemCalls = value.Choice<SystemCallProfile>() ?? profile.SystemCalls,
        [nameof(SandboxProfileOptions.Limits)] = static (profile, value) =>
            profile.Limits = value.Object(profile.Limits, Limits),
    };

    internal static SectionSchema<IsolationOptions> Options { get; } = new("The section")
    {
        [nameof(IsolationOptions.DefaultWallTime)] = static (options, value) =>
            options.DefaultWallTime = value.Duration() ?? options.DefaultWallTime,
        [nameof(IsolationOptions.DefaultOutputLimit)] = static (options, value) =>
            options.DefaultOutputLimit = value.Size() is { } size
                ? (int)Math.Clamp(size, int.MinValue, int.MaxValue) : options.DefaultOutputLimit,
        [nameof(IsolationOptions.DefaultHostDirectories)] = static (options, value) =>
            value.AddTo(options.DefaultHostDirectories),
        [nameof(IsolationOptions.DefaultUserId)] = static (options, value) =>
            options.DefaultUserId = value.Integer<uint>() ?? options.DefaultUserId,
        [nameof(IsolationOptions.DefaultGroupId)] = static (options, value) =>
            options.DefaultGroupId = value.Integer<uint>() ?? options.DefaultGroupId,
        [nameof(IsolationOptions.Profiles)] = static (options, value) => value.AddTo(options.Profiles, Profile),
    };
}
