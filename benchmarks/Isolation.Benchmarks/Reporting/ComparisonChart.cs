using System.Globalization;
using System.Net;
using System.Text;
using Isolation.Benchmarks.Comparing;
using Isolation.Benchmarks.Contestants;

namespace Isolation.Benchmarks.Reporting;

/// <summary>Draws the medians of one program as bars, in an SVG with light and dark colours.</summary>
internal static class ComparisonChart
{
    private const int Width = 760;
    private const int LabelWidth = 226;
    private const int ValueWidth = 80;
    private const int Top = 70;
    private const int BarHeight = 22;
    private const int Row = 36;

    private const string Style =
        """
        svg { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
        .ground { fill: #ffffff; }
        .title { fill: #1f2328; font-size: 17px; font-weight: 600; }
        .note { fill: #59636e; font-size: 13px; }
        .label, .value { fill: #1f2328; font-size: 14px; }
        .axis { stroke: #d1d9e0; }
        .own { fill: #0969da; }
        .other { fill: #9aa5b1; }
        @media (prefers-color-scheme: dark) {
          .ground { fill: #0d1117; }
          .title, .label, .value { fill: #f0f6fc; }
          .note { fill: #9198a1; }
          .axis { stroke: #3d444d; }
          .own { fill: #4493f8; }
          .other { fill: #656c76; }
        }
        """;

    internal static string Draw(Comparison comparison)
    {
        Series[] bars = [.. comparison.Launches.OrderBy(series => series.Median)];
        double longest = bars[^1].Median;
        int height = Top + (bars.Length * Row) + 34;
        int bottom = Top + (bars.Length * Row) - (Row - BarHeight) + 8;
        StringBuilder svg = new();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" "
            + $"height=\"{height}\" role=\"img\">\n");
        svg.Append(
            CultureInfo.InvariantCulture, $"<title>{Text(Describe(bars))}</title>\n<style>\n{Style}\n</style>\n");
        svg.Append(
            CultureInfo.InvariantCulture, $"<rect class=\"ground\" width=\"{Width}\" height=\"{height}\" rx=\"8\"/>\n");
        svg.Append("<text class=\"title\" x=\"24\" y=\"32\">Start one program and wait for it</text>\n");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"note\" x=\"24\" y=\"52\">Median of {comparison.Rounds} interleaved rounds, in "
            + $"milliseconds; lower is better</text>\n");
        for (int i = 0; i < bars.Length; i++)
        {
            AppendBar(svg, bars[i], Top + (i * Row), longest);
        }

        svg.Append(
            CultureInfo.InvariantCulture,
            $"<line class=\"axis\" x1=\"{LabelWidth}\" y1=\"{Top - 8}\" x2=\"{LabelWidth}\" y2=\"{bottom}\"/>\n");
        MachineFacts machine = comparison.Machine;
        string facts = Text($"{machine.Processor}, {machine.Cores} cores, Linux {machine.Kernel}, {machine.Date}");
        svg.Append(
            CultureInfo.InvariantCulture, $"<text class=\"note\" x=\"24\" y=\"{height - 14}\">{facts}</text>\n");
        return svg.Append("</svg>\n").ToString();
    }

    private static void AppendBar(StringBuilder svg, Series series, int y, double longest)
    {
        double length = Math.Max(2, series.Median / longest * (Width - LabelWidth - ValueWidth));
        string kind = series.Name is Field.OneShot or Field.Further ? "own" : "other";
        int baseline = y + (BarHeight / 2) + 5;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"label\" x=\"{LabelWidth - 12}\" y=\"{baseline}\" "
            + $"text-anchor=\"end\">{Text(series.Name)}</text>\n");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<rect class=\"{kind}\" x=\"{LabelWidth}\" y=\"{y}\" width=\"{length:0.#}\" height=\"{BarHeight}\" "
            + $"rx=\"2\"/>\n");
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"value\" x=\"{LabelWidth + length + 8:0.#}\" "
            + $"y=\"{baseline}\">{series.Median / 1000:0.0}</text>\n");
    }

    private static string Describe(IEnumerable<Series> bars) =>
        "Milliseconds for one program: " + string.Join(
            ", ", bars.Select(
                bar => string.Create(CultureInfo.InvariantCulture, $"{bar.Name} {bar.Median / 1000:0.0}")));

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
