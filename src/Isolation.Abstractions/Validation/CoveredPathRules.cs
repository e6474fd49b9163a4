using System.Collections.Immutable;

namespace Isolation;

/// <summary>The rules for masked and read-only paths.</summary>
internal static class CoveredPathRules
{
    public static void Check(SandboxSpecification specification, ref MistakeList mistakes)
    {
        Check("MaskedPaths", specification.MaskedPaths, specification, ref mistakes);
        Check("ReadOnlyPaths", specification.ReadOnlyPaths, specification, ref mistakes);
    }

    private static void Check(
        string member, ImmutableArray<string> paths, SandboxSpecification specification, ref MistakeList mistakes)
    {
        if (paths.IsDefaultOrEmpty)
        {
            return;
        }

        if (specification.Root is ChrootRoot or HostRoot)
        {
            mistakes.Add(member, specification.Root is ChrootRoot ? "Nothing can be covered in a plain chroot." : "Nothing can be covered in the host's root.");
        }
        else if (specification.Namespaces?.Mount is not NewNamespace)
        {
            mistakes.Add(member, "Need a new mount namespace; in another one they would cover what others see.");
        }

        for (int index = 0; index < paths.Length; index++)
        {
            if (PathRules.FindTargetFault(paths[index]) is { } fault)
            {
                mistakes.Add($"{member}[{index}]", fault);
            }
            else if (paths.IndexOf(paths[index], 0, index) >= 0)
            {
                mistakes.Add($"{member}[{index}]", $"'{paths[index]}' is in the list already.");
            }
        }
    }
}
