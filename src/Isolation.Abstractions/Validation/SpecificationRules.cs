namespace Isolation;

/// <summary>The rules for a whole specification, in the order of its members.</summary>
internal static class SpecificationRules
{
    private const int MaximumNameLength = 64;

    // __NEW_UTS_LEN of linux/utsname.h.
    private const int MaximumUtsLength = 64;

    // The kernel refuses clocks that would run for more than KTIME_SEC_MAX / 2 (kernel/time/namespace.c): 146 years.
    private static readonly TimeSpan MaximumOffset = TimeSpan.FromSeconds(4_611_686_018);

    public static void Check(SandboxSpecification specification, ref MistakeList mistakes)
    {
        CheckName(specification.Name, ref mistakes);
        RootRules.Check(specification, ref mistakes);
        MountRules.Check(specification, ref mistakes);
        CoveredPathRules.Check(specification, ref mistakes);
        NamespaceRules.Check(specification.Namespaces, ref mistakes);
        IdMapRules.Check(specification, ref mistakes);
        CheckUser(specification, ref mistakes);
        PrivilegeRules.Check(specification, ref mistakes);
        CheckUts(specification, ref mistakes);
        CheckTime(specification, ref mistakes);
        LimitRules.Check(specification.Limits, ref mistakes);
        LandlockRules.Check(specification, ref mistakes);
        SystemCallRules.Check(specification.SystemCalls, ref mistakes);
    }

    private static void CheckName(string? name, ref MistakeList mistakes)
    {
        if (name is null)
        {
            return;
        }

        if (name.Length is 0 or > MaximumNameLength)
        {
            mistakes.Add(nameof(SandboxSpecification.Name), $"Must have 1 to {MaximumNameLength} characters, but has {name.Length}.");
        }

        foreach (char character in name)
        {
            if (char.IsControl(character))
            {
                mistakes.Add(nameof(SandboxSpecification.Name), "Contains a control character, which would garble logs.");
                return;
            }
        }
    }

    private static void CheckUser(SandboxSpecification specification, ref MistakeList mistakes)
    {
        if (specification.User is null)
        {
            mistakes.Add(nameof(SandboxSpecification.User), "Is null.");
            return;
        }

        UserRules.Check(specification.User, specification, ref mistakes);
    }

    private static void CheckUts(SandboxSpecification specification, ref MistakeList mistakes)
    {
        bool isNew = specification.Namespaces?.Uts is NewNamespace;
        CheckUtsName(nameof(SandboxSpecification.HostName), specification.HostName, isNew, ref mistakes);
        CheckUtsName(nameof(SandboxSpecification.DomainName), specification.DomainName, isNew, ref mistakes);
    }

    private static void CheckUtsName(string member, string? name, bool isNew, ref MistakeList mistakes)
    {
        if (name is null)
        {
            return;
        }

        if (name.Length == 0)
        {
            mistakes.Add(member, "Is empty.");
        }
        else if (TextRules.FindFault(name, MaximumUtsLength) is { } fault)
        {
            mistakes.Add(member, fault);
        }

        if (!isNew)
        {
            mistakes.Add(member, "Can be set in a new UTS namespace only; elsewhere it would rename others.");
        }
    }

    private static void CheckTime(SandboxSpecification specification, ref MistakeList mistakes)
    {
        if (specification.TimeOffsets is not { } offsets)
        {
            return;
        }

        if (specification.Namespaces?.Time is not NewNamespace)
        {
            mistakes.Add(nameof(SandboxSpecification.TimeOffsets), "Clocks can be moved in a new time namespace only.");
        }

        CheckOffset(nameof(TimeOffsets.Monotonic), offsets.Monotonic, ref mistakes);
        CheckOffset(nameof(TimeOffsets.BootTime), offsets.BootTime, ref mistakes);
    }

    private static void CheckOffset(string clock, TimeSpan offset, ref MistakeList mistakes)
    {
        if (offset > MaximumOffset || offset < -MaximumOffset)
        {
            mistakes.Add(
                $"{nameof(SandboxSpecification.TimeOffsets)}.{clock}",
                $"Must be within {MaximumOffset.TotalDays:N0} days in either direction.");
        }
    }
}
