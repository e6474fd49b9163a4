namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>
/// Represents the tests that make up a comparison, which holds if <paramref name="Above"/> is true or both other tests
/// are true.
/// </summary>
/// <param name="Above">The test that the high half is greater, which decides alone; null for tests of equality.</param>
/// <param name="High">The test of the high half; null if the high half is irrelevant.</param>
/// <param name="Low">The test of the low half; null if the low half is irrelevant.</param>
/// <param name="IsReversed">Whether the comparison holds if the tests do not.</param>
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
