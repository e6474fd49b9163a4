namespace Isolation;

/// <summary>The rules for <see cref="LandlockPolicy"/>.</summary>
internal static class LandlockRules
{
    private const int MaximumPort = 65535;

    public static void Check(SandboxSpecification specification, ref MistakeList mistakes)
    {
        if (specification.Landlock is not { } policy)
        {
            return;
        }

        Add("Landlock.HandledFileAccess", FindBitFault((int)(policy.HandledFileAccess ?? 0), (int)LandlockFileAccess.All, nameof(LandlockFileAccess)), ref mistakes);
        Add("Landlock.HandledPortAccess", FindBitFault((int)policy.HandledPortAccess, (int)LandlockPortAccess.Tcp, nameof(LandlockPortAccess)), ref mistakes);
        Add("Landlock.Scopes", FindBitFault((int)policy.Scopes, (int)LandlockScopes.All, nameof(LandlockScopes)), ref mistakes);
        Add("Landlock.Logging", FindBitFault((int)policy.Logging, (int)LandlockLogging.All, nameof(LandlockLogging)), ref mistakes);
        Add("Landlock.FileRequirement", EnumRules.FindFault(policy.FileRequirement), ref mistakes);
        Add("Landlock.PortRequirement", EnumRules.FindFault(policy.PortRequirement), ref mistakes);
        Add("Landlock.ScopeRequirement", EnumRules.FindFault(policy.ScopeRequirement), ref mistakes);
        Add("Landlock.LoggingRequirement", EnumRules.FindFault(policy.LoggingRequirement), ref mistakes);
        if (policy.HandledFileAccess == LandlockFileAccess.None && policy.HandledPortAccess == LandlockPortAccess.None && policy.Scopes == LandlockScopes.None)
        {
            mistakes.Add("Landlock", "Restricts nothing: leave it out (null), or let it handle files, ports or scopes.");
        }

        Add("Landlock.MountRules", EnumRules.FindFault(policy.MountRules), ref mistakes);
        if (policy.MountRules == LandlockMountRules.Follow)
        {
            if (specification.Root is HostRoot or ChrootRoot)
            {
                mistakes.Add("Landlock.MountRules", "Has no mounts to follow: in a root that is the host's or a plain chroot nothing is mounted. Say by rules what is allowed.");
            }

            if (policy.HandledFileAccess == LandlockFileAccess.None)
            {
                mistakes.Add("Landlock.MountRules", "Allows what the policy does not handle: HandledFileAccess is None.");
            }
        }

        CheckFiles(policy, ref mistakes);
        CheckPorts(policy, ref mistakes);
    }

    private static void CheckFiles(LandlockPolicy policy, ref MistakeList mistakes)
    {
        LandlockFileAccess handled = policy.HandledFileAccess ?? LandlockFileAccess.All;
        for (int index = 0; index < policy.FileRules.AsSpan().Length; index++)
        {
            string member = $"Landlock.FileRules[{index}]";
            if (policy.FileRules[index] is not { } rule)
            {
                mistakes.Add(member, "Is null.");
                continue;
            }

            Add($"{member}.Path", PathRules.FindAbsoluteFault(rule.Path), ref mistakes);
            Add($"{member}.Requirement", EnumRules.FindFault(rule.Requirement), ref mistakes);
            Add($"{member}.Access", FindAccessFault((int)rule.Access, (int)handled, (int)LandlockFileAccess.All, nameof(LandlockFileAccess), rule.Access & ~handled), ref mistakes);
        }
    }

    private static void CheckPorts(LandlockPolicy policy, ref MistakeList mistakes)
    {
        for (int index = 0; index < policy.PortRules.AsSpan().Length; index++)
        {
            string member = $"Landlock.PortRules[{index}]";
            if (policy.PortRules[index] is not { } rule)
            {
                mistakes.Add(member, "Is null.");
                continue;
            }

            if (rule.Port is < 0 or > MaximumPort)
            {
                mistakes.Add($"{member}.Port", $"Must be 0 to {MaximumPort}, but is {rule.Port}.");
            }

            Add(
                $"{member}.Access",
                FindAccessFault((int)rule.Access, (int)policy.HandledPortAccess, (int)LandlockPortAccess.Tcp, nameof(LandlockPortAccess), rule.Access & ~policy.HandledPortAccess),
                ref mistakes);
        }
    }

    private static string? FindAccessFault(int access, int handled, int all, string type, Enum unhandled) =>
        access == 0 ? "Must be one access or more."
        : FindBitFault(access, all, type) ?? ((access & ~handled) == 0 ? null : $"Allows what the policy does not handle: {unhandled}. It is allowed anyway.");

    private static string? FindBitFault(int value, int all, string type) =>
        (value & ~all) == 0 ? null : $"Has bits that {type} does not define: {value & ~all}.";

    private static void Add(string member, string? fault, ref MistakeList mistakes)
    {
        if (fault is not null)
        {
            mistakes.Add(member, fault);
        }
    }
}
