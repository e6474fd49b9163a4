namespace Isolation;

/// <summary>Validates <see cref="CapabilitySets"/> and <see cref="ProcessHardening"/>.</summary>
internal static class PrivilegeRules
{
    private const int LowestScore = -1000;
    private const int HighestScore = 1000;

    public static void Check(SandboxSpecification specification, ref ErrorList errors)
    {
        Check(specification.Capabilities, ref errors);
        if (specification.Hardening is not { } hardening)
        {
            errors.Add(nameof(SandboxSpecification.Hardening), "Is null.");
            return;
        }

        Add("Hardening.NewPrivileges", EnumRules.FindFault(hardening.NewPrivileges), ref errors);
        Add("Hardening.SecureBits", hardening.SecureBits is { } bits ? EnumRules.FindFault(bits) : null, ref errors);
        Add("Hardening.SessionKeyring", FindFault(hardening.SessionKeyring), ref errors);
        Add("Hardening.DenyWriteExecute", FindFault(hardening.DenyWriteExecute), ref errors);
        Add("Hardening.Speculation", EnumRules.FindFault(hardening.Speculation), ref errors);
        Add("Hardening.SpeculationRequirement", EnumRules.FindFault(hardening.SpeculationRequirement), ref errors);
        Add("Hardening.CoreScheduling", FindFault(hardening.CoreScheduling), ref errors);
        if (hardening.OutOfMemoryScore is < LowestScore or > HighestScore)
        {
            errors.Add(
                "Hardening.OutOfMemoryScore",
                $"Must be {LowestScore} to {HighestScore}, but is {hardening.OutOfMemoryScore}.");
        }

        AtLeast("FileWatchers", hardening.FileWatchers, 0, ref errors);
        AtLeast("FileWatches", hardening.FileWatches, 0, ref errors);
        AtLeast("NestedNamespaces", hardening.NestedNamespaces, 1, ref errors);
    }

    public static void Check(SandboxCommand command, SandboxSpecification specification, ref ErrorList errors)
    {
        if (command.Capabilities is not { } sets)
        {
            return;
        }

        Check(sets, ref errors);
        Subset("Bounding", sets.Bounding, "that of the specification",
            specification.Capabilities?.Bounding ?? Capabilities.All, ref errors);
    }

    private static void Check(CapabilitySets? sets, ref ErrorList errors)
    {
        if (sets is null)
        {
            errors.Add(nameof(SandboxSpecification.Capabilities), "Is null.");
            return;
        }

        Add("Capabilities.Bounding", EnumRules.FindFault(sets.Bounding), ref errors);
        Add("Capabilities.Permitted", EnumRules.FindFault(sets.Permitted), ref errors);
        Subset("Effective", sets.Effective, "the permitted set", sets.Permitted, ref errors);
        Subset("Inheritable", sets.Inheritable, "the bounding set", sets.Bounding, ref errors);
        Subset("Ambient", sets.Ambient, "the permitted and the inheritable set", sets.Permitted & sets.Inheritable,
            ref errors);
    }

    private static void Subset(string name, Capabilities set, string of, Capabilities whole, ref ErrorList errors)
    {
        if ((set & ~whole) is not Capabilities.None and Capabilities rest)
        {
            errors.Add($"Capabilities.{name}", $"Has capabilities that {of} does not have: {rest}.");
        }
    }

    private static void AtLeast(string name, int value, int least, ref ErrorList errors)
    {
        if (value < least)
        {
            errors.Add($"Hardening.{name}", $"Must be {least} or more, but is {value}.");
        }
    }

    private static string? FindFault(Requirement? requirement) => requirement is { } value
        ? EnumRules.FindFault(value)
        : null;

    private static void Add(string member, string? fault, ref ErrorList errors)
    {
        if (fault is not null)
        {
            errors.Add(member, fault);
        }
    }
}
