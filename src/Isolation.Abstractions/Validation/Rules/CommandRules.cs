using System.Collections.Immutable;

namespace Isolation;

/// <summary>Validates a command, in the order of its members.</summary>
internal static class CommandRules
{
    private const UnixFileMode MaximumUmask = (UnixFileMode)0b111_111_111;

    public static void Check(SandboxCommand command, SandboxSpecification specification, ref ErrorList errors)
    {
        ArgumentNullException.ThrowIfNull(specification);
        Add("Program", PathRules.FindFault(command.Program), ref errors);
        CheckArguments(command.Arguments, ref errors);
        if (command.ProgramName is not null)
        {
            Add("ProgramName", TextRules.FindFault(command.ProgramName), ref errors);
        }

        EnvironmentRules.Check(command.Environment, ref errors);
        Add("WorkingDirectory", PathRules.FindAbsoluteFault(command.WorkingDirectory), ref errors);
        if (command.User is not null)
        {
            UserRules.Check(command.User, specification, ref errors);
        }

        PrivilegeRules.Check(command, specification, ref errors);
        if ((command.Umask & ~MaximumUmask) != 0)
        {
            errors.Add("Umask", $"Must be 0 to 777 (octal), but is {Convert.ToString((int)command.Umask, 8)}.");
        }

        if (command.SystemCalls is not null)
        {
            SystemCallRules.Check(command.SystemCalls, ref errors);
        }

        SchedulingRules.Check(command, ref errors);
        StandardStreamRules.Check(command, ref errors);
        DescriptorRules.Check(command.Descriptors, ref errors);
        ChannelRules.Check(command, ref errors);
        TerminalRules.Check(command, ref errors);
        CheckSupervision(command, specification, ref errors);
        CheckTime("WallTime", command.WallTime, ref errors);
        CheckTime("CpuTime", command.CpuTime, ref errors);
        if (command.StartTimeout <= TimeSpan.Zero)
        {
            errors.Add("StartTimeout", $"Must be more than zero, but is {command.StartTimeout}.");
        }

        Add("Leftovers", EnumRules.FindFault(command.Leftovers), ref errors);
        CheckRole(command, specification, ref errors);
    }

    private static void CheckRole(SandboxCommand command, SandboxSpecification specification, ref ErrorList errors)
    {
        Add("Role", EnumRules.FindFault(command.Role), ref errors);
        if (command.Role == CommandRole.Init)
        {
            Add("Role", specification.Namespaces?.Pid is NewNamespace
                ? null
                : "CommandRole.Init requires a new PID namespace, whose process 1 the command becomes.", ref errors);
            Add("Role", specification.Lifetime == SandboxLifetime.Application
                ? null
                : "CommandRole.Init replaces the process to which applications attach; it requires "
                    + "SandboxLifetime.Application.", ref errors);
            Add("Role", command.Leftovers == CommandLeftovers.End
                ? null
                : "CommandRole.Init ends the sandbox with the command, and leaves no process behind.", ref errors);
            bool isSupervised = command.SystemCallSupervision is { Observation: not SystemCallObservation.None }
                || ((command.SystemCalls ?? specification.SystemCalls) is { } filter
                    && SystemCallRules.AsksHost(filter));
            Add("Role", isSupervised
                ? "CommandRole.Init cannot be combined with SystemCallSupervision, which requires a second process."
                : null, ref errors);
        }
    }

    private static void CheckTime(string member, TimeSpan? limit, ref ErrorList errors)
    {
        if (limit <= TimeSpan.Zero)
        {
            errors.Add(member, $"Must be more than zero, but is {limit}; use null for no limit.");
        }
    }

    private static void CheckSupervision(
        SandboxCommand command, SandboxSpecification specification, ref ErrorList errors)
    {
        SystemCallFilter? filter = command.SystemCalls ?? specification.SystemCalls;
        if (command.SystemCallSupervision?.Handler is null && filter is not null && SystemCallRules.AsksHost(filter))
        {
            errors.Add(
                "SystemCallSupervision",
                "Requires a handler, because the filter specifies SystemCallAction.Notify for some calls.");
        }

        if (command.SystemCallSupervision is { } supervision)
        {
            Add("SystemCallSupervision.Observation", EnumRules.FindFault(supervision.Observation), ref errors);
            Add("SystemCallSupervision.Deadline", supervision.Deadline > TimeSpan.Zero
                && supervision.Deadline <= TimeSpan.FromDays(24)
                ? null
                : $"Must be more than zero and at most 24 days, but is {supervision.Deadline}.", ref errors);
        }
    }

    private static void CheckArguments(ImmutableArray<string> arguments, ref ErrorList errors)
    {
        ReadOnlySpan<string> all = arguments.AsSpan();
        for (int index = 0; index < all.Length; index++)
        {
            if (TextRules.FindFault(all[index]) is { } fault)
            {
                errors.Add($"Arguments[{index}]", fault);
            }
        }
    }

    private static void Add(string member, string? fault, ref ErrorList errors)
    {
        if (fault is not null)
        {
            errors.Add(member, fault);
        }
    }
}
