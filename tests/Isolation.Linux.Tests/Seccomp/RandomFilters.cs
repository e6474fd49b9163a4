using System.Collections.Immutable;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux.Tests.Seccomp;

/// <summary>Generates random filters, and random arguments that affect their decisions.</summary>
internal sealed class RandomFilters(int seed)
{
    private static readonly ulong[] Corners =
    [
        0, 1, 2, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFE, 0xFFFF_FFFF, 0x1_0000_0000, 0x1_0000_0001,
        0x7FFF_FFFF_FFFF_FFFF,
        0x8000_0000_0000_0000, 0xFFFF_FFFF_0000_0000, 0xFFFF_FFFF_FFFF_FFFE, ulong.MaxValue,
    ];

    private readonly Random _random = new(seed);

    public SystemCallFilter Next(SystemCallNames names)
    {
        // Few calls, so that a call often has many rules.
        string[] calls = [.. _random.GetItems(
            [.. names.Numbers.Keys.Order(StringComparer.Ordinal)], _random.Next(1, 40))];
        ImmutableArray<SystemCallRule> rules = [.. Enumerable.Range(0, _random.Next(30))
            .Select(_ => NextRule(calls, NextAction))];
        return new SystemCallFilter
        {
            Profile = _random.Next(4) == 0 ? SystemCallProfile.Default : SystemCallProfile.None,
            DefaultAction = NextAction(),
            Rules = rules,
        };
    }

    /// <summary>Generates rules that only allow the calls or fail them with error numbers.</summary>
    public ImmutableArray<SystemCallRule> NextRules(string[] calls, int count) =>
        [.. Enumerable.Range(0, count).Select(
            _ => NextRule(
                calls, () => _random.Next(4) == 0
                ? SystemCallAction.Allow
                : SystemCallAction.Errno(_random.Next(1, 100))))];

    /// <summary>Generates arguments near the values in the comparisons of the rules.</summary>
    public ulong[] NextArguments(IReadOnlyList<ArgumentComparison> comparisons)
    {
        ulong[] arguments = [.. Enumerable.Range(0, 6).Select(_ => NextValue())];
        if (comparisons.Count > 0)
        {
            for (int count = _random.Next(1, 4); count > 0; count--)
            {
                ArgumentComparison near = comparisons[_random.Next(comparisons.Count)];
                arguments[near.Index] = _random.Next(6) switch
                {
                    0 => near.Value + 1,
                    1 => near.Value - 1,
                    2 => near.Value + 0x1_0000_0000,
                    3 => near.Value | ~near.Mask,
                    _ => near.Value,
                };
            }
        }

        return arguments;
    }

    private SystemCallRule NextRule(string[] calls, Func<SystemCallAction> action) =>
        new([.. _random.GetItems(calls, _random.Next(1, 4))], action())
        {
            Comparisons = [.. Enumerable.Range(0, _random.Next(4)).Select(_ => NextComparison())],
        };

    private ArgumentComparison NextComparison()
    {
        var kind = (ArgumentOperator)_random.Next(7);
        if (kind != ArgumentOperator.MaskedEqual)
        {
            return new ArgumentComparison(_random.Next(3), kind, NextValue());
        }

        ulong mask = _random.Next(3) == 0 ? 1ul << _random.Next(64) : NextValue() | 1;
        return new ArgumentComparison(_random.Next(3), kind, NextValue() & mask, mask);
    }

    private ulong NextValue() => _random.Next(5) == 0
        ? (ulong)_random.NextInt64(long.MinValue, long.MaxValue)
        : Corners[_random.Next(Corners.Length)];

    private SystemCallAction NextAction() => _random.Next(8) switch
    {
        0 => SystemCallAction.KillProcess,
        1 => SystemCallAction.KillThread,
        2 => SystemCallAction.Trap,
        3 => SystemCallAction.Trace((ushort)_random.Next(4)),
        4 => SystemCallAction.Log,
        5 => SystemCallAction.Errno(_random.Next(3)),
        _ => SystemCallAction.Allow,
    };
}
