using System.Text;

namespace Isolation;

/// <summary>Passes each line to a delegate. Flushing ends the last line.</summary>
internal sealed class LineWriter(Action<string> line) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value) => Write([value]);

    public override void Write(ReadOnlySpan<char> buffer)
    {
        for (int end; (end = buffer.IndexOf('\n')) >= 0; buffer = buffer[(end + 1)..])
        {
            _line.Append(buffer[..end]);
            Pass();
        }

        _line.Append(buffer);
    }

    public override void Flush()
    {
        if (_line.Length > 0)
        {
            Pass();
        }
    }

    private void Pass()
    {
        if (_line is [.., '\r'])
        {
            _line.Length--;
        }

        string text = _line.ToString();
        _line.Clear();
        line(text);
    }
}
