namespace CodeJudge.Checking;

/// <summary>Accepts any placement of one queen in each row of a board such that no queen attacks another.</summary>
/// <remarks>The input is the number of rows. The output is the column of the queen in each row.</remarks>
internal sealed class QueensChecker : IChecker
{
    public CheckResult Check(ReadOnlyMemory<byte> input, ReadOnlyMemory<byte> answer, ReadOnlyMemory<byte> output)
    {
        Tokens given = new(input.Span);
        if (!given.TryReadInteger(out long rows))
        {
            throw new InvalidDataException("The test has no size.");
        }

        Tokens found = new(output.Span);
        HashSet<long> columns = [];
        HashSet<long> falling = [];
        HashSet<long> rising = [];
        for (long row = 1; row <= rows; row++)
        {
            if (!found.TryReadInteger(out long column) || column < 1 || column > rows)
            {
                return CheckResult.Wrong($"Row {row} requires a column from 1 to {rows}.");
            }

            if (!columns.Add(column) || !falling.Add(column - row) || !rising.Add(column + row))
            {
                return CheckResult.Wrong($"The queen in row {row} attacks another.");
            }
        }

        return found.IsAtEnd() ? CheckResult.Right : CheckResult.Wrong("The output has too many numbers.");
    }
}
