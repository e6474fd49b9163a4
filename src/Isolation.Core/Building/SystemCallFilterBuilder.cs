using System.Collections.Immutable;

namespace Isolation;

/// <summary>Builds a <see cref="SystemCallFilter"/>.</summary>
/// <remarks>
/// Each method appends a rule, and the first rule that matches a call decides. The rules of the filter that the builder
/// starts from come last.
/// </remarks>
public sealed class SystemCallFilterBuilder
{
    private SystemCallFilter _start;
    private ImmutableArray<SystemCallRule> _rules = [];

    internal SystemCallFilterBuilder(SystemCallFilter filter) => _start = filter;

    /// <summary>
    /// Starts from another filter, whose rules and profile come after all rules of this builder. Default: the filter of
    /// the sandbox that is built, such as that of a preset; for a command, <see cref="SystemCallFilter.Default"/>.
    /// </summary>
    public SystemCallFilterBuilder From(SystemCallFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _start = filter;
        return this;
    }

    /// <summary>Sets the action for calls that no rule matches. Default: that of the profile.</summary>
    public SystemCallFilterBuilder Otherwise(SystemCallAction action)
    {
        _start = _start with { DefaultAction = action };
        return this;
    }

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
        _rules = _rules.Add(rule);
        return this;
    }

    /// <summary>
    /// Restricts the last rule to calls whose arguments meet all of the conditions, in addition to earlier conditions.
    /// </summary>
    /// <exception cref="InvalidOperationException">No rule has been added yet.</exception>
    public SystemCallFilterBuilder When(params ImmutableArray<ArgumentComparison> comparisons)
    {
        if (_rules.IsEmpty)
        {
            throw new InvalidOperationException(
                "There is no rule to add conditions to. Add the rule first, as in Deny(1, \"ioctl\").When(…).");
        }

        SystemCallRule last = _rules[^1];
        _rules = _rules.SetItem(
            _rules.Length - 1, last with { Comparisons = [.. last.Comparisons, .. comparisons] });
        return this;
    }

    internal SystemCallFilter Build() =>
        _rules.IsEmpty ? _start : _start with { Rules = [.. _rules, .. _start.Rules.AsSpan()] };

    internal static SystemCallFilter Build(Action<SystemCallFilterBuilder> build, SystemCallFilter start)
    {
        ArgumentNullException.ThrowIfNull(build);
        SystemCallFilterBuilder builder = new(start);
        build(builder);
        return builder.Build();
    }
}
