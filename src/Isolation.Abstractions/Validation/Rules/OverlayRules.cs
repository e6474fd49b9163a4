using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates <see cref="OverlayRoot"/>.</summary>
internal static class OverlayRules
{
    // OVL_MAX_STACK of fs/overlayfs/params.h.
    private const int MaximumLayers = 500;

    public static void Check(OverlayRoot root, NamespaceSet? namespaces, ref ErrorList errors)
    {
        ImmutableArray<string> layers = root.Layers.IsDefault ? [] : root.Layers;
        if (layers.Length is 0 or > MaximumLayers)
        {
            errors.Add("Root.Layers", $"Must have 1 to {MaximumLayers} layers, but has {layers.Length}.");
        }

        for (int index = 0; index < layers.Length; index++)
        {
            string layer = layers[index];
            if (PathRules.FindAbsoluteFault(layer) is { } fault)
            {
                errors.Add($"Root.Layers[{index}]", fault);
            }
            else if (layers.IndexOf(layer, 0, index) >= 0)
            {
                errors.Add($"Root.Layers[{index}]", $"The directory '{layer}' is already a layer.");
            }
        }

        CheckUpper(root.Upper, layers, ref errors);
        if (root.Ownership is { } ownership && EnumRules.FindFault(ownership) is { } unknown)
        {
            errors.Add("Root.Ownership", unknown);
        }

        if (root.Ownership == MountOwnership.Mapped && namespaces?.User is HostNamespace)
        {
            errors.Add("Root.Ownership", "Mapping owners requires a user namespace other than the host's.");
        }
    }

    private static void CheckUpper(OverlayUpper? upper, ImmutableArray<string> layers, ref ErrorList errors)
    {
        switch (upper)
        {
            case null:
                errors.Add("Root.Upper", "Is null.");
                break;
            case TemporaryUpper gone when RootRules.FindSizeFault(gone.Size) is { } fault:
                errors.Add("Root.Upper.Size", fault);
                break;
            case PersistentUpper kept:
                CheckDirectory("Root.Upper.Directory", kept.Directory, layers, ref errors);
                CheckDirectory("Root.Upper.WorkDirectory", kept.WorkDirectory, layers, ref errors);
                if (kept is { Directory.Length: > 0, WorkDirectory.Length: > 0 }
                    && (IsSameOrBelow(kept.Directory, kept.WorkDirectory)
                        || IsSameOrBelow(kept.WorkDirectory, kept.Directory)))
                {
                    errors.Add(
                        "Root.Upper.WorkDirectory",
                        "Must be neither Directory itself, nor inside it, nor a parent of it.");
                }

                break;
        }
    }

    private static void CheckDirectory(string member, string? path, ImmutableArray<string> layers, ref ErrorList errors)
    {
        if (PathRules.FindAbsoluteFault(path) is { } fault)
        {
            errors.Add(member, fault);
        }
        else if (layers.Contains(path!))
        {
            errors.Add(member, $"The directory '{path}' is also a layer; a layer must not change.");
        }
    }

    private static bool IsSameOrBelow(string path, string directory) =>
        path.StartsWith(directory, StringComparison.Ordinal)
        && (path.Length == directory.Length || directory.EndsWith('/') || path[directory.Length] == '/');
}
