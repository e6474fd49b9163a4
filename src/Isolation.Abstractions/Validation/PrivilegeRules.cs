namespace Isolation;

/// <summary>The rules for <see cref="CapabilitySets"/> and <see cref="ProcessHardening"/>.</summary>
internal static class PrivilegeRules
{
    private const int LowestScore = -1000;
    private const int HighestScore = 1000;

    public static void Check(SandboxSpecification specification, ref MistakeList mistakes)
    {
        Check(specification.Capabilities, ref mistakes);
        if (specification.Hardening is not { } hardening)
        {
            mistakes.Add(nameof(SandboxSpecification.Hardening), "Is null.");
            return;
        }

        Add("Hardening.NewPrivileges", EnumRules.FindFault(hardening.NewPrivileges), ref mistakes);
        Add("Hardening.SecureBits", hardening.SecureBits is { } bits ? EnumRules.FindFault(bits) : null, ref mistakes);
        Add("Hardening.SessionKeyring", FindFault(hardening.SessionKeyring), ref mistakes);
        Add("Hardening.DenyWriteExecute", FindFault(hardening.DenyWriteExecute), ref mistakes);
        Add("Hardening.Speculation", EnumRules.FindFault(hardening.Speculation), ref mistakes);
        Add("Hardening.SpeculationRequirement", EnumRules.FindFault(hardening.SpeculationRequirement), ref mistakes);
        Add("Hardening.CoreScheduling", FindFault(hardening.CoreScheduling), ref mistakes);
        if (hardening.OutOfMemoryScore is < LowestScore or > HighestScore)
        {
            mistakes.Add("Hardening.OutOfMemoryScore", $"Must be {LowestScore} to {HighestScore}, but is {hardening.OutOfMemoryScore}.");
        }

        AtLeast("FileWatchers", hardening.FileWatchers, 0, ref mistakes);
        AtLeast("FileWatches", hardening.FileWatches, 0, ref mistakes);
        AtLeast("NestedNamespaces", hardening.NestedNamespaces, 1, ref mistakes);
    }

    public static void Check(SandboxCommand command, SandboxSpecification specification, ref MistakeList mistakes)
    {
        if (command.Capabilities is not { } sets)
        {
            return;
        }

        Check(sets, ref mistakes);
        Subset("Bounding", sets.Bounding, "that of the specification", specification.Capabilities?.Bounding ?? Capabilities.All, ref mistakes);
    }

    private static void Check(CapabilitySets? sets, ref MistakeList mistakes)
    {
        if (sets is null)
        {
            mistakes.Add(nameof(SandboxSpecification.Capabilities), "Is null.");
            return;
        }

        Add("Capabilities.Bounding", EnumRules.FindFault(sets.Bounding), ref mistakes);
        Add("Capabilities.Permitted", EnumRules.FindFault(sets.Permitted), ref mistakes);
        Subset("Effective", sets.Effective, "the permitted set", sets.Permitted, ref mistakes);
        Subset("Inheritable", sets.Inheritable, "the bounding set", sets.Bounding, ref mistakes);
        Subset("Ambient", sets.Ambient, "the permitted and the inheritable set", sets.Permitted & sets.Inheritable, ref mistakes);
    }

    private static void Subset(string name, Capabilities set, string of, Capabilities whole, ref MistakeList mistakes)
    {
        if ((set & ~whole) is not Capabilities.None and Capabilities rest)
        {
            mistakes.Add($"Capabilities.{name}", $"Has what {of} does not have: {rest}.");
        }
    }

    private static void AtLeast(string name, int value, int least, ref MistakeList mistakes)
    {
        if (value < least)
        {
            mistakes.Add($"Hardening.{name}", $"Must be {least} or more, but is {value}.");
        }
    }

    private static string? FindFault(Requirement? requirement) => requirement is { } value ? EnumRules.FindFault(value) : null;

    private static void Add(string member, string? fault, ref MistakeList mistakes)
    {
        if (fault is not null)
        {
            mistakes.Add(member, fault);
        }
    }
}
