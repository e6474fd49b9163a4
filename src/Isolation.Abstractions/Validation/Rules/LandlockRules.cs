namespace Isolation;

/// <summary>Validates <see cref="LandlockPolicy"/>.</summary>
internal static class LandlockRules
{
    private const int MaximumPort = 65535;

    public static void Check(SandboxSpecification specification, ref ErrorList errors)
    {
        if (specification.Landlock is not { } policy)
        {
            return;
        }

        Add("Landlock.HandledFileAccess", FindBitFault(
            (int)(policy.HandledFileAccess ?? 0), (int)LandlockFileAccess.All, nameof(LandlockFileAccess)), ref errors);
        Add("Landlock.HandledPortAccess", FindBitFault(
            (int)policy.HandledPortAccess, (int)LandlockPortAccess.Tcp, nameof(LandlockPortAccess)), ref errors);
        Add("Landlock.Scopes", FindBitFault((int)policy.Scopes, (int)LandlockScopes.All, nameof(LandlockScopes)),
            ref errors);
        Add("Landlock.Logging", FindBitFault((int)policy.Logging, (int)LandlockLogging.All, nameof(LandlockLogging)),
            ref errors);
        Add("Landlock.FileRequirement", EnumRules.FindFault(policy.FileRequirement), ref errors);
        Add("Landlock.PortRequirement", EnumRules.FindFault(policy.PortRequirement), ref errors);
        Add("Landlock.ScopeRequirement", EnumRules.FindFault(policy.ScopeRequirement), ref errors);
        Add("Landlock.LoggingRequirement", EnumRules.FindFault(policy.LoggingRequirement), ref errors);
        if (policy.HandledFileAccess == LandlockFileAccess.None && policy.HandledPortAccess == LandlockPortAccess.None
            && policy.Scopes == LandlockScopes.None)
        {
            errors.Add("Landlock", "Restricts nothing; use null, or handle files, ports or scopes.");
        }

        Add("Landlock.MountRules", EnumRules.FindFault(policy.MountRules), ref errors);
        if (policy.MountRules == LandlockMountRules.Follow)
        {
            if (specification.Root is HostRoot or ChrootRoot)
            {
                errors.Add(
                    "Landlock.MountRules",
                    "Has no mounts to follow, because nothing is mounted in a HostRoot or ChrootRoot; specify "
                    + "FileRules instead.");
            }

            if (policy.HandledFileAccess == LandlockFileAccess.None)
            {
                errors.Add("Landlock.MountRules", "Has no effect, because HandledFileAccess is None.");
            }
        }

        CheckFiles(policy, ref errors);
        CheckPorts(policy, ref errors);
    }

    private static void CheckFiles(LandlockPolicy policy, ref ErrorList errors)
    {
        LandlockFileAccess handled = policy.HandledFileAccess ?? LandlockFileAccess.All;
        for (int index = 0; index < policy.FileRules.AsSpan().Length; index++)
        {
            string member = $"Landlock.FileRules[{index}]";
            if (policy.FileRules[index] is not { } rule)
            {
                errors.Add(member, "Is null.");
                continue;
            }

            Add($"{member}.Path", PathRules.FindAbsoluteFault(rule.Path), ref errors);
            Add($"{member}.Requirement", EnumRules.FindFault(rule.Requirement), ref errors);
            Add($"{member}.Access", FindAccessFault(
                (int)rule.Access, (int)handled, (int)LandlockFileAccess.All, nameof(LandlockFileAccess),
                rule.Access & ~handled), ref errors);
        }
    }

    private static void CheckPorts(LandlockPolicy policy, ref ErrorList errors)
    {
        for (int index = 0; index < policy.PortRules.AsSpan().Length; index++)
        {
            string member = $"Landlock.PortRules[{index}]";
            if (policy.PortRules[index] is not { } rule)
            {
                errors.Add(member, "Is null.");
                continue;
            }

            if (rule.Port is < 0 or > MaximumPort)
            {
                errors.Add($"{member}.Port", $"Must be 0 to {MaximumPort}, but is {rule.Port}.");
            }

            Add(
                $"{member}.Access",
                FindAccessFault(
                    (int)rule.Access, (int)policy.HandledPortAccess, (int)LandlockPortAccess.Tcp,
                    nameof(LandlockPortAccess), rule.Access & ~policy.HandledPortAccess),
                ref errors);
        }
    }

    private static string? FindAccessFault(int access, int handled, int all, string type, Enum unhandled) =>
        access == 0 ? "Must specify at least one access."
        : FindBitFault(access, all, type)
            ?? ((access & ~handled) == 0
                ? null
                : $"Allows access that the policy does not handle and thus does not restrict: {unhandled}.");

    private static string? FindBitFault(int value, int all, string type) =>
        (value & ~all) == 0 ? null : $"Has bits that {type} does not define: {value & ~all}.";

    private static void Add(string member, string? fault, ref ErrorList errors)
    {
        if (fault is not null)
        {
            errors.Add(member, fault);
        }
    }
}
