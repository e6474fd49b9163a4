using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Isolation.Linux.Seccomp.Tables;

/// <summary>Provides the names and numbers of an architecture's system calls.</summary>
internal sealed partial class SystemCallNames
{
    private static readonly Lazy<FrozenSet<string>> Elsewhere = new(() => Split(ElsewhereWords).ToFrozenSet());

    private readonly FrozenDictionary<string, int> _numbers;
    private readonly Lazy<FrozenDictionary<int, string>> _names;

    private SystemCallNames(string words)
    {
        _numbers = Split(words).Select(word => word.Split('=')).ToFrozenDictionary(
            pair => pair[0], pair => int.Parse(pair[1], null));
        _names = new(() => _numbers.ToFrozenDictionary(pair => pair.Value, pair => pair.Key));
        Newest = _numbers.Values.Max();
    }

    internal static SystemCallNames X64 { get; } = new(X64Words);

    internal static SystemCallNames Arm64 { get; } = new(Arm64Words);

    /// <summary>
    /// Gets the system calls of this process's architecture; on unsupported architectures, those of x86-64.
    /// </summary>
    internal static SystemCallNames Current { get; } = RuntimeInformation.ProcessArchitecture == Architecture.Arm64
        ? Arm64
        : X64;

    /// <summary>Gets the highest known number.</summary>
    internal int Newest { get; }

    internal IReadOnlyDictionary<string, int> Numbers => _numbers;

    /// <summary>Gets the number of a call; null if only another architecture has the call.</summary>
    /// <exception cref="SandboxException">No architecture has a call with this name.</exception>
    internal int? Find(string name)
    {
        if (_numbers.TryGetValue(name, out int number))
        {
            return number;
        }

        return IsKnown(name) ? null : throw new SandboxException(
            $"There is no system call '{name}'. Did you mean '{FindNearest(name)}'? System calls up to "
                + $"{NameOf(Newest)} are known.");
    }

    /// <summary>Returns whether any architecture has a call with this name.</summary>
    internal static bool IsKnown(string name) =>
        X64._numbers.ContainsKey(name) || Arm64._numbers.ContainsKey(name) || Elsewhere.Value.Contains(name);

    /// <summary>Gets the name of a call; null if the number is unknown.</summary>
    internal string? NameOf(int number) => _names.Value.GetValueOrDefault(number);

    private string FindNearest(string name) =>
        _numbers.Keys.OrderBy(known => Distance(known, name)).ThenBy(known => known, StringComparer.Ordinal).First();

    /// <summary>Gets the number of letters to add, remove or change (Levenshtein distance).</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int above = row[j];
                int change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                row[j] = Math.Min(change, Math.Min(above, row[j - 1]) + 1);
                diagonal = above;
            }
        }

        return row[^1];
    }

    private static string[] Split(string words) => words.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
}
