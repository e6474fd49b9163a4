using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Isolation.Linux.Seccomp.Tables;

/// <summary>Provides the parameters of system calls as the kernel declares them.</summary>
internal static partial class SystemCallParameters
{
    /// <summary>The parameters of an unknown call, all of which may be pointers.</summary>
    private static readonly ImmutableArray<SystemCallParameter> Unknown =
        [.. Enumerable.Range(1, 6).Select(number => new SystemCallParameter($"arg{number}", IsPointer: true))];

    private static readonly Lazy<FrozenDictionary<string, ImmutableArray<SystemCallParameter>>> All = new(Read);

    /// <summary>Gets the parameters of a call, at most six; for an unknown call, six that may be pointers.</summary>
    internal static ImmutableArray<SystemCallParameter> Of(string call) => All.Value.GetValueOrDefault(call, Unknown);

    internal static bool IsKnown(string call) => All.Value.ContainsKey(call);

    private static FrozenDictionary<string, ImmutableArray<SystemCallParameter>> Read() =>
        $"{AToLLines}\n{MToZLines}".Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .ToFrozenDictionary(words => words[0], words => words.Skip(1).Select(ReadOne).ToImmutableArray());

    private static SystemCallParameter ReadOne(string word) =>
        word[0] is '*' or '?'
            ? new SystemCallParameter(word[1..], IsPointer: true)
            : new SystemCallParameter(word, IsPointer: false);
}
