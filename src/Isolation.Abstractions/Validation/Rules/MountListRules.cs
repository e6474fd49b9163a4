using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates <see cref="SandboxSpecification.Mounts"/>.</summary>
internal static class MountListRules
{
    public static void Check(SandboxSpecification specification, ref ErrorList errors)
    {
        ImmutableArray<MountEntry> mounts = specification.Mounts;
        if (mounts.IsDefaultOrEmpty)
        {
            return;
        }

        if (specification.Root is ChrootRoot or HostRoot)
        {
            errors.Add(
                "Mounts", specification.Root is ChrootRoot
                ? "Nothing can be mounted or created in a ChrootRoot."
                : "Nothing can be mounted or created in a HostRoot.");
        }
        else if (specification.Namespaces?.Mount is not NewNamespace)
        {
            errors.Add("Mounts", "Require a new mount namespace; otherwise other processes would see them, too.");
        }

        TargetSet targets = new(mounts.Length);
        for (int index = 0; index < mounts.Length; index++)
        {
            MountEntry entry = mounts[index];
            if (entry is null)
            {
                errors.Add($"Mounts[{index}]", "Is null.");
                continue;
            }

            if (PathRules.FindTargetFault(entry.Target) is { } fault)
            {
                Add(index, "Target", fault, ref errors);
            }
            else if (targets.FindOrAdd(mounts, index) is int earlier and >= 0)
            {
                Add(index, "Target",
                    $"'{entry.Target}' is already the target of Mounts[{earlier}], which this entry would hide. "
                    + "Replace that entry instead (RootBuilder.Replace).",
                    ref errors);
            }

            Add(index, "Requirement", EnumRules.FindFault(entry.Requirement), ref errors);
            MountEntryRules.Check(index, entry, specification.Namespaces, ref errors);
        }
    }

    public static void Add(int index, string member, string? fault, ref ErrorList errors)
    {
        if (fault is not null)
        {
            errors.Add($"Mounts[{index}].{member}", fault);
        }
    }
}
