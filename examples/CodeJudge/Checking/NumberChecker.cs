namespace CodeJudge.Checking;

/// <summary>Accepts the numbers of the answer with an absolute or relative error of at most 10⁻⁶.</summary>
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
                return CheckResult.Wrong($"Number {expected.Count} is missing or is not a number.");
            }

            if (Math.Abs(given - right) > Tolerance * Math.Max(1, Math.Abs(right)))
            {
                return CheckResult.Wrong($"Number {found.Count} is not accurate enough.");
            }
        }

        return found.IsAtEnd() ? CheckResult.Right : CheckResult.Wrong("The output has too many numbers.");
    }
}
