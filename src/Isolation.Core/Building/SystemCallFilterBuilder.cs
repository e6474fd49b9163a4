using System.Collections.Immutable;

namespace Isolation;

/// <summary>Builds a <see cref="SystemCallFilter"/>.</summary>
/// <remarks>
/// Each method appends a rule, and the first rule that matches a call decides. The rules of the filter that the builder
/// starts from come last.
/// </remarks>
public sealed class SystemCallFilterBuilder
{
    private SystemCallFilter _filter;

    internal SystemCallFilterBuilder(SystemCallFilter filter) =>
        _filter = filter with { Rules = filter.Rules.IsDefault ? [] : filter.Rules };

    /// <summary>
    /// Starts from another filter, whose rules and profile come after the rules that were added before. Default:
    /// <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SystemCallFilterBuilder From(SystemCallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return Set(
            filter.IsOff
            && _filter.Rules.IsEmpty ? filter : filter with { Rules = [.. _filter.Rules, .. filter.Rules.AsSpan()] });
    }

    /// <summary>Sets the action for calls that no rule matches. Default: that of the profile.</summary>
    public SystemCallFilterBuilder Otherwise(SystemCallAction action) => Set(_filter with { DefaultAction = action });

    /// <summary>Allows the calls.</summary>
    public SystemCallFilterBuilder Allow(params ImmutableArray<string> names) => Add(SystemCallAction.Allow, names);

    /// <summary>Makes the calls fail with an error number, 0 to 4095; 1 is EPERM ("Operation not permitted").</summary>
    public SystemCallFilterBuilder Deny(int errorNumber, params ImmutableArray<string> names) =>
        Add(SystemCallAction.Errno(errorNumber), names);

    /// <summary>Kills the process that makes one of the calls.</summary>
    public SystemCallFilterBuilder KillProcess(params ImmutableArray<string> names) =>
        Add(SystemCallAction.KillProcess, names);

    /// <summary>Kills the thread that makes one of the calls.</summary>
    public SystemCallFilterBuilder KillThread(params ImmutableArray<string> names) =>
        Add(SystemCallAction.KillThread, names);

    /// <summary>Sends the thread that makes one of the calls a SIGSYS signal, which the program can handle.</summary>
    public SystemCallFilterBuilder Trap(params ImmutableArray<string> names) => Add(SystemCallAction.Trap, names);

    /// <summary>Allows the calls and logs them in the kernel's log.</summary>
    public SystemCallFilterBuilder Log(params ImmutableArray<string> names) => Add(SystemCallAction.Log, names);

    /// <summary>Asks the application to decide on the calls.</summary>
    public SystemCallFilterBuilder Notify(params ImmutableArray<string> names) => Add(SystemCallAction.Notify, names);

    /// <summary>Adds a rule.</summary>
    public SystemCallFilterBuilder Add(SystemCallAction action, params ImmutableArray<string> names) =>
        Add(new SystemCallRule(names, action));

    /// <summary>Adds a rule.</summary>
    public SystemCallFilterBuilder Add(SystemCallRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return Set(_filter with { Rules = _filter.Rules.Add(rule) });
    }

    /// <summary>
    /// Restricts the last rule to calls whose arguments meet all of the conditions, in addition to earlier conditions.
    /// </summary>
    /// <exception cref="InvalidOperationException">No rule has been added yet.</exception>
    public SystemCallFilterBuilder When(params ImmutableArray<ArgumentComparison> comparisons)
    {
        if (_filter.Rules.IsEmpty)
        {
            throw new InvalidOperationException(
                "There is no rule to add conditions to. Add the rule first, as in Deny(1, \"ioctl\").When(…).");
        }

        SystemCallRule last = _filter.Rules[^1];
        return Set(
            _filter with
            {
                Rules = _filter.Rules.SetItem(
                _filter.Rules.Length - 1, last with { Comparisons = [.. last.Comparisons, .. comparisons] })
            });
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
