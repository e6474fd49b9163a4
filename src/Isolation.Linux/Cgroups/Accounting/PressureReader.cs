using System.Buffers.Text;

namespace Isolation.Linux.Cgroups.Accounting;

/// <summary>Reads pressure figures, which v2 cgroups provide regardless of their controllers.</summary>
internal static class PressureReader
{
    private const long TicksPerMicrosecond = 10;

    /// <summary>
    /// Reads a pressure file; null if it does not exist (before Linux 4.20, or without PSI) or PSI is off.
    /// </summary>
    internal static PressureFigures? Read(in FigureFiles files, string directory, ReadOnlySpan<byte> name) =>
        Parse(files.Read(directory, name));

    /// <summary>Parses lines such as <c>some avg10=0.12 avg60=0.00 avg300=0.00 total=2000</c>.</summary>
    private static PressureFigures? Parse(ReadOnlySpan<byte> text)
    {
        (PressureStall? some, PressureStall? full) = (null, null);
        while (FigureText.TryTake(ref text, (byte)'\n', out ReadOnlySpan<byte> line))
        {
            if (!FigureText.TryTake(ref line, (byte)' ', out ReadOnlySpan<byte> name))
            {
                continue;
            }

            if (name.SequenceEqual("some"u8))
            {
                some = ParseLine(line);
            }
            else if (name.SequenceEqual("full"u8))
            {
                full = ParseLine(line);
            }
        }

        return some is { } found ? new PressureFigures(found, full) : null;
    }

    private static PressureStall ParseLine(ReadOnlySpan<byte> line)
    {
        PressureStall stall = default;
        while (FigureText.TryTake(ref line, (byte)' ', out ReadOnlySpan<byte> value))
        {
            FigureText.TryTake(ref value, (byte)'=', out ReadOnlySpan<byte> name);
            if (name.SequenceEqual("total"u8))
            {
                stall = stall with { Total = new TimeSpan((FigureText.Number(value) ?? 0) * TicksPerMicrosecond) };
            }
            else if (Utf8Parser.TryParse(value, out double percent, out _))
            {
                stall = name.SequenceEqual("avg10"u8) ? stall with { Average10 = percent }
                    : name.SequenceEqual("avg60"u8) ? stall with { Average60 = percent }
                    : name.SequenceEqual("avg300"u8) ? stall with { Average300 = percent }
                    : stall;
            }
        }

        return stall;
    }
}
