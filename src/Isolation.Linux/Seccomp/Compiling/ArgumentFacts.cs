using System.Collections.Immutable;
using System.Globalization;

namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Represents what is known about a call's arguments from earlier tests, so that no test is repeated.
/// </summary>
internal sealed class ArgumentFacts
{
    private readonly ImmutableSortedDictionary<int, uint> _words;
    private readonly ImmutableDictionary<WordTest, bool> _answers;
    private readonly Lazy<string> _key;

    private ArgumentFacts(ImmutableSortedDictionary<int, uint> words, ImmutableDictionary<WordTest, bool> answers)
    {
        _words = words;
        _answers = answers;
        _key = new(
            () => string.Join(
                ' ', _words.Select(word => string.Create(CultureInfo.InvariantCulture, $"{word.Key}={word.Value}"))
            .Concat(
                _answers.Select(
                    answer => string.Create(
                        CultureInfo.InvariantCulture,
                        $"{answer.Key.Offset},{answer.Key.Kind},{answer.Key.Value},{answer.Key.Mask}:{answer.Value}"))
                .Order(StringComparer.Ordinal))));
    }

    internal static ArgumentFacts None { get; } = new(
        ImmutableSortedDictionary<int, uint>.Empty, ImmutableDictionary<WordTest, bool>.Empty);

    /// <summary>Gets a key that is equal for equal facts.</summary>
    internal string Key => _key.Value;

    /// <summary>
    /// Gets the answer to a test if it follows from the known facts; otherwise <see langword="null"/>.
    /// </summary>
    internal bool? Answer(WordTest test) =>
        _words.TryGetValue(test.Offset, out uint word) ? test.Answer(word) : _answers.TryGetValue(test, out bool answer)
            ? answer
            : null;

    internal ArgumentFacts With(WordTest test, bool answer) =>
        answer && test is { Kind: FilterInstruction.JumpIfEqual, Mask: uint.MaxValue }
            ? new ArgumentFacts(
                _words.Add(test.Offset, test.Value), _answers.RemoveRange(
                    _answers.Keys.Where(other => other.Offset == test.Offset)))
            : new ArgumentFacts(_words, _answers.Add(test, answer));

    /// <summary>Creates a copy without the facts that no later test needs.</summary>
    internal ArgumentFacts Keep(Func<int, bool> isWordAsked, Func<WordTest, bool> isAsked)
    {
        int[] words = [.. _words.Keys.Where(offset => !isWordAsked(offset))];
        WordTest[] answers = [.. _answers.Keys.Where(test => !isAsked(test))];
        return words.Length + answers.Length == 0
            ? this
            : new ArgumentFacts(_words.RemoveRange(words), _answers.RemoveRange(answers));
    }
}
