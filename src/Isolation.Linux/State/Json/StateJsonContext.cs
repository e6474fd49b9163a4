using System.Text.Json.Serialization;

namespace Isolation.Linux.State.Json;

/// <summary>
/// Provides the generated metadata of everything in the state of a detached sandbox, for ahead-of-time compiled
/// programs. Types that only an abstract base refers to are named one by one; <see cref="StateMembers"/> registers
/// them.
/// </summary>
[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata, UseStringEnumConverter = true)]
[JsonSerializable(typeof(SandboxSpecification))]
[JsonSerializable(typeof(SandboxReport))]
[JsonSerializable(typeof(SandboxState))]
[JsonSerializable(typeof(CgroupsState))]
[JsonSerializable(typeof(CommandState))]
[JsonSerializable(typeof(CgroupMount))]
[JsonSerializable(typeof(ChrootRoot))]
[JsonSerializable(typeof(DirectoryRoot))]
[JsonSerializable(typeof(EmptyRoot))]
[JsonSerializable(typeof(HostRoot))]
[JsonSerializable(typeof(OverlayRoot))]
[JsonSerializable(typeof(PersistentUpper))]
[JsonSerializable(typeof(TemporaryUpper))]
[JsonSerializable(typeof(BindMount))]
[JsonSerializable(typeof(DeviceMount))]
[JsonSerializable(typeof(DirectoryEntry))]
[JsonSerializable(typeof(FileEntry))]
[JsonSerializable(typeof(MessageQueueMount))]
[JsonSerializable(typeof(ProcMount))]
[JsonSerializable(typeof(SymbolicLinkEntry))]
[JsonSerializable(typeof(SysMount))]
[JsonSerializable(typeof(TemporaryMount))]
[JsonSerializable(typeof(HostNamespace))]
[JsonSerializable(typeof(HostsFile))]
[JsonSerializable(typeof(JoinedByPath))]
[JsonSerializable(typeof(JoinedFromProcess))]
[JsonSerializable(typeof(NewNamespace))]
[JsonSerializable(typeof(AutomaticIdMap))]
[JsonSerializable(typeof(RangedIdMap))]
[JsonSerializable(typeof(SubordinateIdMap))]
[JsonSerializable(typeof(DeviceByPath))]
[JsonSerializable(typeof(DevicesByNumber))]
[JsonSerializable(typeof(SystemCallActionConverter.ActionMembers))]
[JsonSerializable(typeof(SystemCallFilterConverter.FilterMembers))]
internal sealed partial class StateJsonContext : JsonSerializerContext;
