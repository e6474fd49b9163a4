namespace CodeJudge.Checking;

/// <summary>The same numbers as the answer's, with an error of at most a millionth, absolute or relative.</summary>
internal sealed class NumberChecker : IChecker
{
    private const double Tolerance = 1e-6;

    public CheckResult Check(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> output)
    {
        Tokens expected = new(answer.Span);
        Tokens found = new(output.Span);
        while (expected.TryReadNumber(out double right))
        {
            if (!found.TryReadNumber(out double given))
            {
                return CheckResult.Wrong($"Number {expected.Count} is missing, or is no number.");
            }

            if (Math.Abs(given - right) > Tolerance * Math.Max(1, Math.Abs(right)))
            {
                return CheckResult.Wrong($"Number {found.Count} is not exact enough.");
            }
        }

        return found.IsAtEnd() ? CheckResult.Right : CheckResult.Wrong("There are more numbers than there should be.");
    }
}
