namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// The questions that make up a comparison: it holds if the high half is above, or both of the other questions say yes.
/// </summary>
/// <param name="Above">Whether the high half is more, which alone decides; null where only equality counts.</param>
/// <param name="High">The question on the high half; null where it does not count.</param>
/// <param name="Low">The question on the low half; null where it does not count.</param>
/// <param name="IsReversed">Whether the comparison holds where the questions say no.</param>
internal readonly record struct HalfTests(WordTest? Above, WordTest? High, WordTest? Low, bool IsReversed)
{
    internal IEnumerable<WordTest> All()
    {
        foreach (WordTest? test in (WordTest?[])[Above, High, Low])
        {
            if (test is { } asked)
            {
                yield return asked;
            }
        }
    }
}
