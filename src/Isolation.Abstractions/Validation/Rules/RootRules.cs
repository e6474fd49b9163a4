namespace Isolation;

/// <summary>Validates <see cref="RootFileSystem"/>.</summary>
internal static class RootRules
{
    public static void Check(SandboxSpecification specification, ref ErrorList errors)
    {
        NamespaceSource? mount = specification.Namespaces?.Mount;
        if (specification.Root is HostRoot)
        {
            if (mount is not HostNamespace)
            {
                errors.Add(
                    "Root",
                    "HostRoot requires the host's mount namespace; use DirectoryRoot in another mount namespace.");
            }
        }
        else if (specification.Root is ChrootRoot)
        {
            if (mount is not HostNamespace)
            {
                errors.Add(
                    "Root",
                    "ChrootRoot requires the host's mount namespace; use DirectoryRoot, or share the host's mount "
                    + "namespace.");
            }
        }
        else if (specification.Root is not null && mount is HostNamespace)
        {
            errors.Add(
                "Root",
                "Requires a mount namespace other than the host's, because it changes mounts; only HostRoot and "
                + "ChrootRoot work in the host's.");
        }

        switch (specification.Root)
        {
            case null:
                errors.Add("Root", "Is null.");
                break;
            case EmptyRoot built:
                Add("Root.Access", EnumRules.FindFault(built.Access), ref errors);
                Add("Root.Size", FindSizeFault(built.Size), ref errors);
                break;
            case DirectoryRoot directory:
                Add("Root.Path", PathRules.FindAbsoluteFault(directory.Path), ref errors);
                Add("Root.Access", EnumRules.FindFault(directory.Access), ref errors);
                break;
            case ChrootRoot directory:
                Add("Root.Path", PathRules.FindAbsoluteFault(directory.Path), ref errors);
                break;
            case OverlayRoot overlay:
                OverlayRules.Check(overlay, specification.Namespaces, ref errors);
                break;
        }
    }

    public static string? FindSizeFault(long size) => size > 0 ? null : $"Must be more than 0 bytes, but is {size}.";

    private static void Add(string member, string? fault, ref ErrorList errors)
    {
        if (fault is not null)
        {
            errors.Add(member, fault);
        }
    }
}
