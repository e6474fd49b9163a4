using System.Collections.Immutable;

namespace Isolation;

/// <summary>
/// Builds a <see cref="SystemCallFilter"/>. Each method adds a rule after those that there are, and the first rule that
/// matches a call decides; those of the filter that it starts from come last.
/// </summary>
public sealed class SystemCallFilterBuilder
{
    private SystemCallFilter _filter;

    internal SystemCallFilterBuilder(SystemCallFilter filter) =>
        _filter = filter with { Rules = filter.Rules.IsDefault ? [] : filter.Rules };

    /// <summary>
    /// Starts from another filter: its rules and its profile come after what was added so far. Default:
    /// <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SystemCallFilterBuilder From(SystemCallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Set(
            filter.IsOff
            && _filter.Rules.IsEmpty ? filter : filter with { Rules = [.. _filter.Rules, .. filter.Rules.AsSpan()] });
    }

    /// <summary>What happens to calls that no rule decides. Default: what the profile says.</summary>
    public SystemCallFilterBuilder Otherwise(SystemCallAction action) => Set(_filter with { DefaultAction = action });

    /// <summary>The calls are made.</summary>
    public SystemCallFilterBuilder Allow(params ImmutableArray<string> names) => Add(SystemCallAction.Allow, names);

    /// <summary>
    /// The calls are not made and fail with an error number, 0 to 4095; 1 stands for "not permitted".
    /// </summary>
    public SystemCallFilterBuilder Deny(int errorNumber, params ImmutableArray<string> names) =>
        Add(SystemCallAction.Errno(errorNumber), names);

    /// <summary>The process that makes one of the calls is killed.</summary>
    public SystemCallFilterBuilder KillProcess(params ImmutableArray<string> names) =>
        Add(SystemCallAction.KillProcess, names);

    /// <summary>The thread that makes one of the calls is killed.</summary>
    public SystemCallFilterBuilder KillThread(params ImmutableArray<string> names) =>
        Add(SystemCallAction.KillThread, names);

    /// <summary>The thread that makes one of the calls gets a signal, which a program can handle.</summary>
    public SystemCallFilterBuilder Trap(params ImmutableArray<string> names) => Add(SystemCallAction.Trap, names);

    /// <summary>The calls are made, and the kernel's log tells of them.</summary>
    public SystemCallFilterBuilder Log(params ImmutableArray<string> names) => Add(SystemCallAction.Log, names);

    /// <summary>The host decides on the calls.</summary>
    public SystemCallFilterBuilder Notify(params ImmutableArray<string> names) => Add(SystemCallAction.Notify, names);

    /// <summary>A further rule.</summary>
    public SystemCallFilterBuilder Add(SystemCallAction action, params ImmutableArray<string> names) =>
        Add(new SystemCallRule(names, action));

    /// <summary>A further rule.</summary>
    public SystemCallFilterBuilder Add(SystemCallRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Set(_filter with { Rules = _filter.Rules.Add(rule) });
    }

    /// <summary>
    /// The rule that was added last is only for calls whose arguments meet these conditions too, all of them.
    /// </summary>
    /// <exception cref="InvalidOperationException">No rule was added yet.</exception>
    public SystemCallFilterBuilder When(params ImmutableArray<ArgumentComparison> comparisons)
    {
        if (_filter.Rules.IsEmpty)
        {
            throw new InvalidOperationException(
                "Conditions follow the rule that they are for, such as Deny(1, \"ioctl\").When(…).");
        }

        SystemCallRule last = _filter.Rules[^1];
        return Set(
            _filter with { Rules = _filter.Rules.SetItem(
                _filter.Rules.Length - 1, last with { Comparisons = [.. last.Comparisons, .. comparisons] }) });
    }

    internal SystemCallFilter Build() => _filter;

    internal static SystemCallFilter Build(Action<SystemCallFilterBuilder> build)
    {
        ArgumentNullException.ThrowIfNull(build);
        SystemCallFilterBuilder builder = new(SystemCallFilter.Default);
        build(builder);
        return builder.Build();
    }

    private SystemCallFilterBuilder Set(SystemCallFilter filter)
    {
        _filter = filter;
        return this;
    }
}
