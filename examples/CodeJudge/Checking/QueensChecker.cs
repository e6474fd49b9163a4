namespace CodeJudge.Checking;

/// <summary>
/// As many queens on a board as it has rows, none of which attacks another. Input: the rows. Output: the column in each
/// row.
/// </summary>
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
                return CheckResult.Wrong($"Row {row} needs a column from 1 to {rows}.");
            }

            if (!columns.Add(column) || !falling.Add(column - row) || !rising.Add(column + row))
            {
                return CheckResult.Wrong($"The queen in row {row} attacks another.");
            }
        }

        return found.IsAtEnd() ? CheckResult.Right : CheckResult.Wrong("There are more numbers than rows.");
    }
}
