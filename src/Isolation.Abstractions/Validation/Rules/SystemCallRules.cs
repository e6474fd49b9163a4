using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates system call filters.</summary>
internal static class SystemCallRules
{
    private const string Member = nameof(SandboxSpecification.SystemCalls);
    private const int LastArgument = 5;
    private const int HighestError = 4095;

    public static void Check(SystemCallFilter? filter, ref ErrorList errors)
    {
        if (filter is null)
        {
            errors.Add(Member, "Is null; use SystemCallFilter.Off for no filter.");
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
            errors.Add($"{Member}.DefaultAction", "Is required, because Profile is None.");
        }

        for (int index = 0; index < rules.Length; index++)
        {
            CheckRule(index, rules[index], ref errors);
        }
    }

    /// <summary>Returns whether the filter notifies the application of any call.</summary>
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
                $"{Member}.Rules[{index}].Names",
                "Must contain at least one name; use DefaultAction for all other calls.");
        }
        else if (HasNoText(rule.Names))
        {
            errors.Add($"{Member}.Rules[{index}].Names", "Contains an empty name.");
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
            return comparison.Mask == ulong.MaxValue ? null : "Only MaskedEqual supports a mask.";
        }

        return comparison.Mask == 0 ? "The mask is 0, so every value would match."
            : (comparison.Value & ~comparison.Mask) != 0
                ? "The value has bits outside the mask, so no value would match."
            : null;
    }
}
