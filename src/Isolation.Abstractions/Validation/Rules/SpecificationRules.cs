namespace Isolation;

/// <summary>Validates a specification, in the order of its members.</summary>
internal static class SpecificationRules
{
    private const int MaximumNameLength = 64;

    // __NEW_UTS_LEN of linux/utsname.h.
    private const int MaximumUtsLength = 64;

    // The kernel rejects clocks beyond KTIME_SEC_MAX / 2 (kernel/time/namespace.c): 146 years.
    private static readonly TimeSpan MaximumOffset = TimeSpan.FromSeconds(4_611_686_018);

    public static void Check(SandboxSpecification specification, ref ErrorList errors)
    {
        CheckName(specification.Name, ref errors);
        CheckLifetime(specification, ref errors);
        RootRules.Check(specification, ref errors);
        MountListRules.Check(specification, ref errors);
        CoveredPathRules.Check(specification, ref errors);
        NamespaceRules.Check(specification.Namespaces, ref errors);
        IdMapRules.Check(specification, ref errors);
        CheckUser(specification, ref errors);
        PrivilegeRules.Check(specification, ref errors);
        CheckUts(specification, ref errors);
        CheckTime(specification, ref errors);
        LimitRules.Check(specification.Limits, ref errors);
        LandlockRules.Check(specification, ref errors);
        SystemCallRules.Check(specification.SystemCalls, ref errors);
    }

    private static void CheckName(string? name, ref ErrorList errors)
    {
        if (name is null)
        {
            return;
        }

        if (name.Length is 0 or > MaximumNameLength)
        {
            errors.Add(
                nameof(SandboxSpecification.Name),
                $"Must have 1 to {MaximumNameLength} characters, but has {name.Length}.");
        }

        foreach (char character in name)
        {
            if (char.IsControl(character))
            {
                errors.Add(nameof(SandboxSpecification.Name), "Contains a control character, which would garble logs.");
                return;
            }
        }
    }

    private static void CheckLifetime(SandboxSpecification specification, ref ErrorList errors)
    {
        if (EnumRules.FindFault(specification.Lifetime) is { } fault)
        {
            errors.Add(nameof(SandboxSpecification.Lifetime), fault);
        }

        if (specification is { Lifetime: SandboxLifetime.Detached, Limits.CgroupPath: not null })
        {
            errors.Add(
                "Limits.CgroupPath",
                "The cgroup of a detached sandbox belongs to its state directory; use ParentGroup to set its parent.");
        }

        if (specification is { Lifetime: SandboxLifetime.Detached, Name: { } name }
            && (name.StartsWith('.') || !name.All(static character =>
                char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-')))
        {
            errors.Add(
                nameof(SandboxSpecification.Name),
                "Must consist of letters, digits, '.', '_' and '-' in a detached sandbox, whose state directory has "
                + "the name, and must not begin with '.'.");
        }
    }

    private static void CheckUser(SandboxSpecification specification, ref ErrorList errors)
    {
        if (specification.User is null)
        {
            errors.Add(nameof(SandboxSpecification.User), "Is null.");
            return;
        }

        UserRules.Check(specification.User, specification, ref errors);
    }

    private static void CheckUts(SandboxSpecification specification, ref ErrorList errors)
    {
        bool isNew = specification.Namespaces?.Uts is NewNamespace;
        CheckUtsName(nameof(SandboxSpecification.HostName), specification.HostName, isNew, ref errors);
        CheckUtsName(nameof(SandboxSpecification.DomainName), specification.DomainName, isNew, ref errors);
    }

    private static void CheckUtsName(string member, string? name, bool isNew, ref ErrorList errors)
    {
        if (name is null)
        {
            return;
        }

        if (name.Length == 0)
        {
            errors.Add(member, "Is empty.");
        }
        else if (TextRules.FindFault(name, MaximumUtsLength) is { } fault)
        {
            errors.Add(member, fault);
        }

        if (!isNew)
        {
            errors.Add(
                member, "Requires a new UTS namespace; otherwise the name would change for other processes, too.");
        }
    }

    private static void CheckTime(SandboxSpecification specification, ref ErrorList errors)
    {
        if (specification.TimeOffsets is not { } offsets)
        {
            return;
        }

        if (specification.Namespaces?.Time is not NewNamespace)
        {
            errors.Add(nameof(SandboxSpecification.TimeOffsets), "Requires a new time namespace.");
        }

        CheckOffset(nameof(TimeOffsets.Monotonic), offsets.Monotonic, ref errors);
        CheckOffset(nameof(TimeOffsets.BootTime), offsets.BootTime, ref errors);
    }

    private static void CheckOffset(string clock, TimeSpan offset, ref ErrorList errors)
    {
        if (offset > MaximumOffset || offset < -MaximumOffset)
        {
            errors.Add(
                $"{nameof(SandboxSpecification.TimeOffsets)}.{clock}",
                $"Must be within {MaximumOffset.TotalDays:N0} days in either direction.");
        }
    }
}
