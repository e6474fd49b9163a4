using System.Collections.Immutable;

namespace Isolation;

/// <summary>The rules for a whole command, in the order of its members.</summary>
internal static class CommandRules
{
    private const UnixFileMode MaximumUmask = (UnixFileMode)0b111_111_111;

    public static void Check(SandboxCommand command, SandboxSpecification specification, ref MistakeList mistakes)
    {
        ArgumentNullException.ThrowIfNull(specification);
        Add("Program", PathRules.FindFault(command.Program), ref mistakes);
        CheckArguments(command.Arguments, ref mistakes);
        if (command.ProgramName is not null)
        {
            Add("ProgramName", TextRules.FindFault(command.ProgramName), ref mistakes);
        }

        EnvironmentRules.Check(command.Environment, ref mistakes);
        Add("WorkingDirectory", PathRules.FindAbsoluteFault(command.WorkingDirectory), ref mistakes);
        if (command.User is not null)
        {
            UserRules.Check(command.User, specification, ref mistakes);
        }

        PrivilegeRules.Check(command, specification, ref mistakes);
        if ((command.Umask & ~MaximumUmask) != 0)
        {
            mistakes.Add("Umask", $"Must be 0 to 777 (octal), but is {Convert.ToString((int)command.Umask, 8)}.");
        }

        if (command.SystemCalls is not null)
        {
            SystemCallRules.Check(command.SystemCalls, ref mistakes);
        }

        SchedulingRules.Check(command, ref mistakes);
        StandardStreamRules.Check(command, ref mistakes);
        DescriptorRules.Check(command.Descriptors, ref mistakes);
        ChannelRules.Check(command, ref mistakes);
        TerminalRules.Check(command, ref mistakes);
        CheckSupervision(command, specification, ref mistakes);
        CheckTime("WallTime", command.WallTime, ref mistakes);
        CheckTime("CpuTime", command.CpuTime, ref mistakes);
        if (command.StartTimeout <= TimeSpan.Zero)
        {
            mistakes.Add("StartTimeout", $"Must be more than zero, but is {command.StartTimeout}.");
        }

        Add("Leftovers", EnumRules.FindFault(command.Leftovers), ref mistakes);
    }

    private static void CheckTime(string member, TimeSpan? limit, ref MistakeList mistakes)
    {
        if (limit <= TimeSpan.Zero)
        {
            mistakes.Add(member, $"Must be more than zero, but is {limit}; null stands for no limit.");
        }
    }

    private static void CheckSupervision(SandboxCommand command, SandboxSpecification specification, ref MistakeList mistakes)
    {
        SystemCallFilter? filter = command.SystemCalls ?? specification.SystemCalls;
        if (command.SystemCallSupervision?.Handler is null && filter is not null && SystemCallRules.AsksHost(filter))
        {
            mistakes.Add("SystemCallSupervision", "Must have a handler, since the filter asks the host about some calls (SystemCallAction.Notify).");
        }

        if (command.SystemCallSupervision is { } supervision)
        {
            Add("SystemCallSupervision.Observation", EnumRules.FindFault(supervision.Observation), ref mistakes);
            Add("SystemCallSupervision.Deadline", supervision.Deadline > TimeSpan.Zero && supervision.Deadline <= TimeSpan.FromDays(24)
                ? null
                : $"Must be more than zero and at most 24 days, but is {supervision.Deadline}.", ref mistakes);
        }
    }

    private static void CheckArguments(ImmutableArray<string> arguments, ref MistakeList mistakes)
    {
        ReadOnlySpan<string> all = arguments.AsSpan();
        for (int index = 0; index < all.Length; index++)
        {
            if (TextRules.FindFault(all[index]) is { } fault)
            {
                mistakes.Add($"Arguments[{index}]", fault);
            }
        }
    }

    private static void Add(string member, string? fault, ref MistakeList mistakes)
    {
        if (fault is not null)
        {
            mistakes.Add(member, fault);
        }
    }
}
