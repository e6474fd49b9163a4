using System.Collections.Immutable;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.Linux.Seccomp.Supervision;

/// <summary>Describes system calls for the application.</summary>
internal static class SupervisedCall
{
    internal static string NameOf(int number) => SystemCallNames.Current.NameOf(number) ?? $"call {number}";

    /// <summary>Gets the arguments except addresses. Every argument of an unknown call may be an address.</summary>
    internal static ImmutableArray<SystemCallArgument> Arguments(int number, ReadOnlySpan<ulong> values)
    {
        ImmutableArray<SystemCallParameter> parameters = SystemCallParameters.Of(NameOf(number));
        ImmutableArray<SystemCallArgument>.Builder arguments =
            ImmutableArray.CreateBuilder<SystemCallArgument>(parameters.Length);
        for (int index = 0; index < parameters.Length; index++)
        {
            arguments.Add(new(parameters[index].Name, parameters[index].IsPointer ? null : values[index]));
        }

        return arguments.MoveToImmutable();
    }
}
