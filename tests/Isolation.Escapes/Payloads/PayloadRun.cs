using System.Buffers.Binary;
using System.Text;

namespace Isolation.Escapes.Payloads;

/// <summary>The reports of a payload, and its end.</summary>
internal sealed class PayloadRun
{
    private readonly Dictionary<string, long> _results = [];
    private readonly Dictionary<string, byte[]> _bytes = [];

    internal PayloadRun(Payload payload, ReadOnlySpan<byte> output, string ending)
    {
        Ending = ending;
        while (output.Length >= Payload.RecordSize)
        {
            long word = BinaryPrimitives.ReadInt64LittleEndian(output);
            long result = BinaryPrimitives.ReadInt64LittleEndian(output[8..]);
            output = output[Payload.RecordSize..];
            string name = payload.Names[(int)(uint)word];
            _results[name] = result;
            if ((word & Payload.HasBytes) != 0 && result > 0)
            {
                int count = (int)Math.Min(result, output.Length);
                _bytes[name] = output[..count].ToArray();
                output = output[count..];
            }
        }
    }

    /// <summary>Gets the end of the payload: <c>exit 0</c>, <c>SIGSYS</c>, or the outcome of a sandbox.</summary>
    internal string Ending { get; }

    /// <summary>Gets the result of a call, or null if it did not return.</summary>
    internal long? Result(string name) => _results.TryGetValue(name, out long result) ? result : null;

    internal bool Succeeded(string name) => Result(name) >= 0;

    /// <summary>Gets the bytes that were read; empty if there were none.</summary>
    internal ReadOnlySpan<byte> Bytes(string name) => _bytes.GetValueOrDefault(name) ?? [];

    internal string Text(string name) => Encoding.UTF8.GetString(Bytes(name));

    /// <summary>Gets the outcome of a call: a number, the name of an error, or the end of the payload in it.</summary>
    internal string Describe(string name) => Result(name) switch
    {
        null => Ending,
        < 0 and long error => Linux.Interop.ErrnoText.Name((int)-error),
        long value => $"{value}",
    };

    public override string ToString() =>
        string.Join(", ", _results.Keys.Select(name => $"{name}: {Describe(name)}")) + $"; {Ending}";
}
