using System.Text;

namespace Isolation.Benchmarks.Reporting;

/// <summary>
/// Writes an aligned Markdown table that is readable without rendering. The first column contains text, the others
/// contain figures.
/// </summary>
internal sealed class MarkdownTable(params string[] header)
{
    private readonly List<string[]> _rows = [header];

    internal void Add(params string[] cells) => _rows.Add(cells);

    internal void AppendTo(StringBuilder text)
    {
        int[] widths = [.. Enumerable.Range(0, _rows[0].Length).Select(column => _rows.Max(row => row[column].Length))];
        for (int i = 0; i < _rows.Count; i++)
        {
            string[] row = _rows[i];
            text.Append("| ").AppendJoin(
                " | ", row.Select(
                    (cell, column) => column == 0 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column])))
                .Append(" |\n");
            if (i == 0)
            {
                text.Append("| ").AppendJoin(
                    " | ", widths.Select(
                        (width, column) => column == 0 ? new string('-', width) : new string('-', width - 1) + ':'))
                    .Append(" |\n");
            }
        }

        text.Append('\n');
    }
}
