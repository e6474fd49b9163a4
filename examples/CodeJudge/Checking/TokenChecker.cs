using System.Text;

namespace CodeJudge.Checking;

/// <summary>Accepts the words of the answer with any white space between them.</summary>
internal sealed class TokenChecker : IChecker
{
    private const int Shown = 40;

    public CheckResult Check(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> output)
    {
        Tokens expected = new(answer.Span);
        Tokens found = new(output.Span);
        while (expected.TryRead(out ReadOnlySpan<byte> right))
        {
            if (!found.TryRead(out ReadOnlySpan<byte> given))
            {
                return CheckResult.Wrong($"The output ends after {found.Count} words.");
            }

            if (!given.SequenceEqual(right))
            {
                return CheckResult.Wrong(
                    $"Word {found.Count} is wrong: "
                    + $"'{Encoding.UTF8.GetString(given[..Math.Min(given.Length, Shown)])}'.");
            }
        }

        return found.IsAtEnd()
            ? CheckResult.Right
            : CheckResult.Wrong($"The output should end after word {found.Count}.");
    }
}
