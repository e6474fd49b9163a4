using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Isolation.Linux.State.Json;

/// <summary>Adjusts the generated metadata, so that the types themselves need no attributes.</summary>
internal static class StateMembers
{
    private static readonly Dictionary<Type, Type[]> Kinds = new()
    {
        [typeof(RootFileSystem)] =
        [
            typeof(ChrootRoot), typeof(DirectoryRoot), typeof(EmptyRoot), typeof(HostRoot), typeof(OverlayRoot),
        ],
        [typeof(OverlayUpper)] = [typeof(PersistentUpper), typeof(TemporaryUpper)],
        [typeof(MountEntry)] =
        [
            typeof(BindMount), typeof(CgroupMount), typeof(DeviceMount), typeof(DirectoryEntry), typeof(FileEntry),
            typeof(HostsFile), typeof(MessageQueueMount), typeof(ProcMount), typeof(SymbolicLinkEntry),
            typeof(SysMount), typeof(TemporaryMount),
        ],
        [typeof(NamespaceSource)] =
        [
            typeof(HostNamespace), typeof(JoinedByPath), typeof(JoinedFromProcess), typeof(NewNamespace),
        ],
        [typeof(IdMap)] = [typeof(AutomaticIdMap), typeof(RangedIdMap), typeof(SubordinateIdMap)],
        [typeof(DeviceRule)] = [typeof(DeviceByPath), typeof(DevicesByNumber)],
    };

    /// <summary>
    /// Registers the derived types of an abstract type by their names, requires every member, and removes members that
    /// are computed from others.
    /// </summary>
    internal static void Adjust(JsonTypeInfo type)
    {
        if (Kinds.TryGetValue(type.Type, out Type[]? kinds))
        {
            type.PolymorphismOptions = new JsonPolymorphismOptions { TypeDiscriminatorPropertyName = "kind" };
            foreach (Type kind in kinds)
            {
                type.PolymorphismOptions.DerivedTypes.Add(
                    new JsonDerivedType(kind, JsonNamingPolicy.CamelCase.ConvertName(kind.Name)));
            }
        }

        for (int index = type.Properties.Count - 1; index >= 0; index--)
        {
            JsonPropertyInfo property = type.Properties[index];
            if (property.Set is null)
            {
                type.Properties.RemoveAt(index);
                continue;
            }

            // A member that is missing would get the default of its type, not that of its initializer.
            property.IsRequired = true;
            if (type.Type == typeof(SandboxSpecification) && property.Name == "hostName")
            {
                property.Get = static specification => ExplicitHostName((SandboxSpecification)specification);
            }
            else if (type.Type == typeof(DevicesByNumber) && property.Name == "kind")
            {
                property.Name = "deviceKind";
            }
        }
    }

    /// <summary>Returns the host name that was set, instead of the one that depends on the namespaces.</summary>
    private static string? ExplicitHostName(SandboxSpecification specification) =>
        (specification with { Namespaces = null! }).HostName;
}
