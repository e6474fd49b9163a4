using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates masked and read-only paths.</summary>
internal static class CoveredPathRules
{
    public static void Check(SandboxSpecification specification, ref ErrorList errors)
    {
        Check("MaskedPaths", specification.MaskedPaths, specification, ref errors);
        Check("ReadOnlyPaths", specification.ReadOnlyPaths, specification, ref errors);
    }

    private static void Check(
        string member, ImmutableArray<string> paths, SandboxSpecification specification, ref ErrorList errors)
    {
        if (paths.IsDefaultOrEmpty)
        {
            return;
        }

        if (specification.Root is ChrootRoot or HostRoot)
        {
            errors.Add(
                member, specification.Root is ChrootRoot
                ? "Paths cannot be covered in a ChrootRoot."
                : "Paths cannot be covered in a HostRoot.");
        }
        else if (specification.Namespaces?.Mount is not NewNamespace)
        {
            errors.Add(
                member, "Require a new mount namespace; otherwise other processes would see covered paths, too.");
        }

        for (int index = 0; index < paths.Length; index++)
        {
            if (PathRules.FindTargetFault(paths[index]) is { } fault)
            {
                errors.Add($"{member}[{index}]", fault);
            }
            else if (paths.IndexOf(paths[index], 0, index) >= 0)
            {
                errors.Add($"{member}[{index}]", $"'{paths[index]}' is already in the list.");
            }
        }
    }
}
