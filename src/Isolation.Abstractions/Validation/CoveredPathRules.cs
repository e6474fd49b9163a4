using System.Collections.Immutable;

namespace Isolation;

/// <summary>The rules for masked and read-only paths.</summary>
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
                ? "Nothing can be covered in a plain chroot."
                : "Nothing can be covered in the host's root.");
        }
        else if (specification.Namespaces?.Mount is not NewNamespace)
        {
            errors.Add(member, "Need a new mount namespace; in another one they would cover what others see.");
        }

        for (int index = 0; index < paths.Length; index++)
        {
            if (PathRules.FindTargetFault(paths[index]) is { } fault)
            {
                errors.Add($"{member}[{index}]", fault);
            }
            else if (paths.IndexOf(paths[index], 0, index) >= 0)
            {
                errors.Add($"{member}[{index}]", $"'{paths[index]}' is in the list already.");
            }
        }
    }
}
