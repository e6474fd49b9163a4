using System.Collections.Immutable;

namespace Isolation;

/// <summary>The rules for <see cref="OverlayRoot"/>.</summary>
internal static class OverlayRules
{
    // OVL_MAX_STACK of fs/overlayfs/params.h.
    private const int MaximumLayers = 500;

    public static void Check(OverlayRoot root, NamespaceSet? namespaces, ref MistakeList mistakes)
    {
        ImmutableArray<string> layers = root.Layers.IsDefault ? [] : root.Layers;
        if (layers.Length is 0 or > MaximumLayers)
        {
            mistakes.Add("Root.Layers", $"Must have 1 to {MaximumLayers} layers, but has {layers.Length}.");
        }

        for (int index = 0; index < layers.Length; index++)
        {
            string layer = layers[index];
            if (PathRules.FindAbsoluteFault(layer) is { } fault)
            {
                mistakes.Add($"Root.Layers[{index}]", fault);
            }
            else if (layers.IndexOf(layer, 0, index) >= 0)
            {
                mistakes.Add($"Root.Layers[{index}]", $"The folder '{layer}' is a layer already.");
            }
        }

        CheckUpper(root.Upper, layers, ref mistakes);
        if (root.Ownership is { } ownership && EnumRules.FindFault(ownership) is { } unknown)
        {
            mistakes.Add("Root.Ownership", unknown);
        }

        if (root.Ownership == MountOwnership.Mapped && namespaces?.User is HostNamespace)
        {
            mistakes.Add("Root.Ownership", "Owners are mapped through a user namespace other than the host's.");
        }
    }

    private static void CheckUpper(OverlayUpper? upper, ImmutableArray<string> layers, ref MistakeList mistakes)
    {
        switch (upper)
        {
            case null:
                mistakes.Add("Root.Upper", "Is null.");
                break;
            case ThrowAwayUpper gone when RootRules.FindSizeFault(gone.Size) is { } fault:
                mistakes.Add("Root.Upper.Size", fault);
                break;
            case KeptUpper kept:
                CheckFolder("Root.Upper.Folder", kept.Folder, layers, ref mistakes);
                CheckFolder("Root.Upper.WorkFolder", kept.WorkFolder, layers, ref mistakes);
                if (kept is { Folder.Length: > 0, WorkFolder.Length: > 0 }
                    && (IsSameOrBelow(kept.Folder, kept.WorkFolder) || IsSameOrBelow(kept.WorkFolder, kept.Folder)))
                {
                    mistakes.Add("Root.Upper.WorkFolder", "Must be apart from Folder: neither the same nor inside it nor around it.");
                }

                break;
        }
    }

    private static void CheckFolder(string member, string? path, ImmutableArray<string> layers, ref MistakeList mistakes)
    {
        if (PathRules.FindAbsoluteFault(path) is { } fault)
        {
            mistakes.Add(member, fault);
        }
        else if (layers.Contains(path!))
        {
            mistakes.Add(member, $"The folder '{path}' is a layer, which must not change.");
        }
    }

    private static bool IsSameOrBelow(string path, string folder) =>
        path.StartsWith(folder, StringComparison.Ordinal)
        && (path.Length == folder.Length || folder.EndsWith('/') || path[folder.Length] == '/');
}
