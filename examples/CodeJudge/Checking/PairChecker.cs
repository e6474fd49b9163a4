namespace CodeJudge.Checking;

/// <summary>
/// Accepts any two different positions whose values add up to a sum, or <c>0 0</c> if there is no such pair.
/// </summary>
/// <remarks>The input is the count, the sum and the values.</remarks>
internal sealed class PairChecker : IChecker
{
    public CheckResult Check(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> output)
    {
        Tokens found = new(output.Span);
        if (!found.TryReadInteger(out long first) || !found.TryReadInteger(out long second) || !found.IsAtEnd())
        {
            return CheckResult.Wrong("The output must be two integers.");
        }

        Tokens author = new(answer.Span);
        bool exists = author.TryReadInteger(out long authors) && authors != 0;
        if (first == 0 && second == 0)
        {
            return exists ? CheckResult.Wrong("A pair exists.") : CheckResult.Right;
        }

        Tokens given = new(input.Span);
        if (!given.TryReadInteger(out long count) || !given.TryReadInteger(out long sum))
        {
            throw new InvalidDataException("The test has no count or no sum.");
        }

        if (first < 1 || second < 1 || first > count || second > count || first == second)
        {
            return CheckResult.Wrong($"The positions must be different and in the range 1 to {count}.");
        }

        long rest = sum;
        for (long position = 1; position <= count; position++)
        {
            if (!given.TryReadInteger(out long value))
            {
                throw new InvalidDataException("The test has fewer values than its count.");
            }

            rest -= position == first || position == second ? value : 0;
        }

        return rest == 0
            ? exists
                ? CheckResult.Right
                : throw new InvalidDataException("The test's answer is wrong: a pair exists.")
            : CheckResult.Wrong("These two values do not add up to the sum.");
    }
}
