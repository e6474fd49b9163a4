using System.Collections.Immutable;

namespace Isolation;

/// <summary>The rules for filters of system calls.</summary>
internal static class SystemCallRules
{
    private const string Member = nameof(SandboxSpecification.SystemCalls);
    private const int LastArgument = 5;
    private const int HighestError = 4095;

    public static void Check(SystemCallFilter? filter, ref ErrorList errors)
    {
        if (filter is null)
        {
            errors.Add(Member, "Is null; SystemCallFilter.Off stands for no filter.");
            return;
        }

        if (EnumRules.FindFault(filter.Profile) is { } fault)
        {
            errors.Add($"{Member}.Profile", fault);
        }

        ReadOnlySpan<SystemCallRule> rules = filter.Rules.AsSpan();
        if (filter.IsOff)
        {
            if (filter.Profile != SystemCallProfile.None || filter.DefaultAction is not null || rules.Length > 0)
            {
                errors.Add(Member, "SystemCallFilter.Off has no rules; start from another filter.");
            }

            return;
        }

        if (filter.DefaultAction is { } action)
        {
            CheckAction($"{Member}.DefaultAction", action, ref errors);
        }
        else if (filter.Profile == SystemCallProfile.None)
        {
            errors.Add($"{Member}.DefaultAction", "Is needed where no profile says what happens to other calls.");
        }

        for (int index = 0; index < rules.Length; index++)
        {
            CheckRule(index, rules[index], ref errors);
        }
    }

    /// <summary>Whether the host is asked about some call.</summary>
    public static bool AsksHost(SystemCallFilter filter)
    {
        if (filter.DefaultAction is { Kind: SystemCallActionKind.Notify })
        {
            return true;
        }

        foreach (SystemCallRule? rule in filter.Rules.AsSpan())
        {
            if (rule is { Action.Kind: SystemCallActionKind.Notify })
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckRule(int index, SystemCallRule? rule, ref ErrorList errors)
    {
        if (rule is null)
        {
            errors.Add($"{Member}.Rules[{index}]", "Is null.");
            return;
        }

        if (rule.Names.IsDefaultOrEmpty)
        {
            errors.Add(
                $"{Member}.Rules[{index}].Names", "Must name at least one call; DefaultAction is for all others.");
        }
        else if (HasNoText(rule.Names))
        {
            errors.Add($"{Member}.Rules[{index}].Names", "Has a name that is empty.");
        }

        CheckAction($"{Member}.Rules[{index}].Action", rule.Action, ref errors);
        ReadOnlySpan<ArgumentComparison> comparisons = rule.Comparisons.AsSpan();
        for (int position = 0; position < comparisons.Length; position++)
        {
            if (FindFault(comparisons[position]) is { } fault)
            {
                errors.Add($"{Member}.Rules[{index}].Comparisons[{position}]", fault);
            }
        }
    }

    private static bool HasNoText(ImmutableArray<string> names)
    {
        foreach (string name in names)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                return true;
            }
        }

        return false;
    }

    private static void CheckAction(string member, SystemCallAction action, ref ErrorList errors)
    {
        if (action.Kind == SystemCallActionKind.Errno && action.Data is < 0 or > HighestError)
        {
            errors.Add(member, $"An error number must be 0 to {HighestError}, but is {action.Data}.");
        }
    }

    private static string? FindFault(ArgumentComparison comparison)
    {
        if (comparison.Index is < 0 or > LastArgument)
        {
            return $"The argument must be 0 to {LastArgument}, but is {comparison.Index}.";
        }

        if (EnumRules.FindFault(comparison.Operator) is { } fault)
        {
            return fault;
        }

        if (comparison.Operator != ArgumentOperator.MaskedEqual)
        {
            return comparison.Mask == ulong.MaxValue ? null : "Only MaskedEqual has a mask.";
        }

        return comparison.Mask == 0 ? "The mask has no bit, so every value would match."
            : (comparison.Value & ~comparison.Mask) != 0
                ? "The value has bits that the mask does not have, so nothing would match."
            : null;
    }
}
