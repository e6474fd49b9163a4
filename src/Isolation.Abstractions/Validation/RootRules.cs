namespace Isolation;

/// <summary>The rules for <see cref="RootFileSystem"/>.</summary>
internal static class RootRules
{
    public static void Check(SandboxSpecification specification, ref MistakeList mistakes)
    {
        NamespaceSource? mount = specification.Namespaces?.Mount;
        if (specification.Root is HostRoot)
        {
            if (mount is not HostNamespace)
            {
                mistakes.Add("Root", "The host's root can be had in the host's mount namespace only; use FolderRoot in another one.");
            }
        }
        else if (specification.Root is ChrootRoot)
        {
            if (mount is not HostNamespace)
            {
                mistakes.Add("Root", "A plain chroot is for hosts without mount namespaces; use FolderRoot, or share the host's mount namespace.");
            }
        }
        else if (specification.Root is not null && mount is HostNamespace)
        {
            mistakes.Add("Root", "Needs a mount namespace other than the host's, whose mounts it would change; only HostRoot and ChrootRoot do without.");
        }

        switch (specification.Root)
        {
            case null:
                mistakes.Add("Root", "Is null.");
                break;
            case BuiltRoot built:
                Add("Root.Access", EnumRules.FindFault(built.Access), ref mistakes);
                Add("Root.Size", FindSizeFault(built.Size), ref mistakes);
                break;
            case FolderRoot folder:
                Add("Root.Path", PathRules.FindAbsoluteFault(folder.Path), ref mistakes);
                Add("Root.Access", EnumRules.FindFault(folder.Access), ref mistakes);
                break;
            case ChrootRoot folder:
                Add("Root.Path", PathRules.FindAbsoluteFault(folder.Path), ref mistakes);
                break;
            case OverlayRoot overlay:
                OverlayRules.Check(overlay, specification.Namespaces, ref mistakes);
                break;
        }
    }

    public static string? FindSizeFault(long size) => size > 0 ? null : $"Must be more than 0 bytes, but is {size}.";

    private static void Add(string member, string? fault, ref MistakeList mistakes)
    {
        if (fault is not null)
        {
            mistakes.Add(member, fault);
        }
    }
}
