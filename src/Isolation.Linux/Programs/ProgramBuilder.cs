using System.Runtime.InteropServices;
using System.Text;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Programs;

/// <summary>
/// Builds a system-call program, its nodes and their data, for the address at which it will run. Nodes run in the order
/// in which they are added unless a label specifies otherwise.
/// </summary>
internal sealed class ProgramBuilder
{
    private readonly List<long> _labels = [];
    private readonly List<(int Offset, int Label)> _openLinks = [];
    private readonly List<int> _openEnds = [];
    private readonly List<int> _marks = [];
    private readonly List<(Label Exit, Label Recall)> _failures = [];
    private readonly List<ProgramStep> _steps = [];
    private readonly bool _canGrow;
    private byte[] _buffer;
    private int _length;

    /// <summary>Creates a builder for a program that will be copied to its address.</summary>
    internal ProgramBuilder(long baseAddress, int capacity = 16 << 10)
    {
        _buffer = new byte[capacity];
        BaseAddress = baseAddress;
        _canGrow = true;
        Reset(baseAddress);
    }

    private ProgramBuilder(byte[] pinned)
    {
        _buffer = pinned;
        Reset(Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0));
    }

    /// <summary>Creates a builder for a program that runs in place, in pinned memory of this process.</summary>
    internal static ProgramBuilder InPlace(int capacity) => new(GC.AllocateArray<byte>(capacity, pinned: true));

    internal long BaseAddress { get; private set; }

    /// <summary>Gets the address of a word for unused results.</summary>
    internal long Discard { get; private set; }

    /// <summary>Gets the address of the word that holds the negated error number of the failed checked node.</summary>
    internal long FailureError { get; private set; }

    /// <summary>
    /// Gets the address of the word that holds the number of the failed step, counted from 1; 0 if none.
    /// </summary>
    internal long FailureStep { get; private set; }

    /// <summary>Gets or sets the label to which a checked node goes on failure.</summary>
    internal Label FailureExit { get; set; }

    internal IReadOnlyList<ProgramStep> Steps => _steps;

    internal int Length => _length;

    internal ReadOnlySpan<byte> Content => _buffer.AsSpan(0, _length);

    /// <summary>Gets the address at which the next item is placed.</summary>
    internal long Position => BaseAddress + _length;

    /// <summary>Clears the builder for another program at another address.</summary>
    internal void Reset(long baseAddress)
    {
        _buffer.AsSpan(0, _length).Clear();
        _length = 0;
        _labels.Clear();
        _openLinks.Clear();
        _openEnds.Clear();
        _marks.Clear();
        _failures.Clear();
        _steps.Clear();
        BaseAddress = baseAddress;
    }

    /// <summary>
    /// Begins a program that is entered at its base address: adds a node that goes to the first one, and the common
    /// words.
    /// </summary>
    internal void BeginAtBase()
    {
        Reserve(Node.Size);
        AddCommonWords();
        WriteNode(BaseAddress, Node.Subtract, [0, 0, 0, 0, 0, 0], Discard, Label.Next, Label.Next, Label.Next);
    }

    /// <summary>Adds the words that every program needs.</summary>
    internal void AddCommonWords()
    {
        Discard = Reserve(8);
        FailureError = Reserve(8);
        FailureStep = Reserve(8);
    }

    internal long Reserve(int size)
    {
        int start = _length = (_length + 7) & ~7;
        EnsureRoom(size);
        _length += size;
        return BaseAddress + start;
    }

    internal long AddBytes(ReadOnlySpan<byte> bytes)
    {
        long address = Reserve(bytes.Length);
        bytes.CopyTo(At(address, bytes.Length));
        return address;
    }

    /// <summary>Adds a zero-terminated UTF-8 text. Returns its address.</summary>
    internal long AddText(ReadOnlySpan<char> text)
    {
        int count = Encoding.UTF8.GetByteCount(text);
        long address = Reserve(count + 1);
        Encoding.UTF8.GetBytes(text, At(address, count));
        return address;
    }

    /// <summary>Adds a zero-terminated UTF-8 text of the form <c>name=value</c>. Returns its address.</summary>
    internal long AddAssignment(string name, string value)
    {
        int nameLength = Encoding.UTF8.GetByteCount(name);
        int valueLength = Encoding.UTF8.GetByteCount(value);
        long address = Reserve(nameLength + valueLength + 2);
        Span<byte> text = At(address, nameLength + valueLength + 1);
        Encoding.UTF8.GetBytes(name, text);
        text[nameLength] = (byte)'=';
        Encoding.UTF8.GetBytes(value, text[(nameLength + 1)..]);
        return address;
    }

    internal long AddWord(long value)
    {
        long address = Reserve(8);
        SetWord(address, value);
        return address;
    }

    internal long AddFilled(int size, byte value)
    {
        long address = Reserve(size);
        At(address, size).Fill(value);
        return address;
    }

    internal long AddStructure<T>(in T value)
        where T : unmanaged => AddBytes(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)));

    internal void SetWord(long address, long value) => MemoryMarshal.Write(At(address, 8), in value);

    internal long GetWord(long address) => MemoryMarshal.Read<long>(At(address, 8));

    internal Span<byte> At(long address, int size) => _buffer.AsSpan((int)(address - BaseAddress), size);

    internal Label NewLabel()
    {
        _labels.Add(0);
        return new Label(_labels.Count - 1);
    }

    /// <summary>Creates a label for a known address.</summary>
    internal Label LabelAt(long address)
    {
        _labels.Add(address);
        return new Label(_labels.Count - 1);
    }

    /// <summary>Places a label at the node that is added next.</summary>
    internal void Mark(Label label)
    {
        _marks.Add(label.Index);
    }

    /// <summary>Adds a checked system call: a negative result ends the program at <see cref="FailureExit"/>.</summary>
    internal long Step(
        string action, string? target, long number, Value a = default, Value b = default, Value c = default,
        Value d = default, Value e = default, long result = 0,
        Label? zero = null, StepKind kind = StepKind.Other)
    {
        _steps.Add(new ProgramStep(action, target, kind == StepKind.Other ? StepKinds.Of(number) : kind));

        // No call made here uses the sixth argument.
        return Branch(number, [a, b, c, d, e, _steps.Count], result, Label.Next, zero ?? Label.Next, FindRecall());
    }

    /// <summary>Adds a system call whose failure is ignored.</summary>
    internal long Try(
        long number, Value a = default, Value b = default, Value c = default, Value d = default, Value e = default,
        long result = 0) =>
        Branch(number, [a, b, c, d, e], result, Label.Next, Label.Next, Label.Next);

    /// <summary>Adds a node with all its links. Returns its address.</summary>
    internal long Branch(
        long number, ReadOnlySpan<Value> arguments, long result, Label positive, Label zero, Label negative)
    {
        int loads = 0;
        foreach (Value argument in arguments)
        {
            loads += argument.IsWord ? 1 : 0;
        }

        _length = (_length + 7) & ~7;
        long node = Position + (loads * Node.Size);
        Span<long> words = stackalloc long[6];
        words.Clear();
        for (int i = 0; i < arguments.Length; i++)
        {
            if (arguments[i].IsWord)
            {
                Emit(Node.Load32, [arguments[i].Constant, 0, 0, 0, 0, 0], node + Node.ArgumentOffset(i), Label.Next,
                    Label.Next, Label.Next);
            }
            else
            {
                words[i] = arguments[i].Constant;
            }
        }

        Emit(number, words, result, positive, zero, negative);
        return node;
    }

    /// <summary>Adds a node that stores a constant in a word.</summary>
    internal long Store(long address, long value) =>
        Branch(Node.Subtract, [value, 0], address, Label.Next, Label.Next, Label.Next);

    /// <summary>Adds a node with a three-way branch on the sign of <c>left - right</c>.</summary>
    internal long Compare(Value left, Value right, Label greater, Label equal, Label less) =>
        Branch(Node.Subtract, [left, right], 0, greater, equal, less);

    internal long Jump(Label label) => Branch(Node.Subtract, [0, 0], 0, label, label, label);

    /// <summary>
    /// Adds the nodes that report which checked node has failed, and resolves all links. The last node must have a
    /// successor.
    /// </summary>
    internal void Finish()
    {
        foreach ((Label exit, Label recall) in _failures)
        {
            Mark(recall);
            Branch(Node.Recall, [FailureStep], FailureError, exit, exit, exit);
        }

        _failures.Clear();
        if (_openEnds.Count > 0 || _marks.Count > 0)
        {
            throw new InvalidOperationException("The last node of the program has no successor.");
        }

        foreach ((int offset, int label) in _openLinks)
        {
            if (_labels[label] == 0)
            {
                throw new InvalidOperationException($"The program refers to label {label}, which was not placed.");
            }

            SetWord(BaseAddress + offset, _labels[label]);
        }

        _openLinks.Clear();
    }

    /// <summary>Finds or adds the node in front of an exit that reports the failure.</summary>
    private Label FindRecall()
    {
        foreach ((Label exit, Label recall) in _failures)
        {
            if (exit == FailureExit)
            {
                return recall;
            }
        }

        Label added = NewLabel();
        _failures.Add((FailureExit, added));
        return added;
    }

    private void Emit(
        long number, ReadOnlySpan<long> arguments, long result, Label positive, Label zero, Label negative)
    {
        long address = Reserve(Node.Size);
        CloseEndsAt(address);
        WriteNode(address, number, arguments, result == 0 ? Discard : result, positive, zero, negative);
    }

    private void WriteNode(
        long address, long number, ReadOnlySpan<long> arguments, long result, Label positive, Label zero,
        Label negative)
    {
        SetWord(address, number);
        for (int i = 0; i < arguments.Length; i++)
        {
            SetWord(address + Node.ArgumentOffset(i), arguments[i]);
        }

        SetWord(address + Node.ResultAddressOffset, result);
        Link(address + Node.NextIfPositiveOffset, positive);
        Link(address + Node.NextIfPositiveOffset + 8, zero);
        Link(address + Node.NextIfPositiveOffset + 16, negative);
    }

    private void Link(long word, Label label)
    {
        int offset = (int)(word - BaseAddress);
        if (label == Label.Next)
        {
            _openEnds.Add(offset);
        }
        else
        {
            _openLinks.Add((offset, label.Index));
        }
    }

    private void CloseEndsAt(long address)
    {
        foreach (int mark in _marks)
        {
            _labels[mark] = address;
        }

        _marks.Clear();
        foreach (int offset in _openEnds)
        {
            SetWord(BaseAddress + offset, address);
        }

        _openEnds.Clear();
    }

    private void EnsureRoom(int size)
    {
        if (_length + size <= _buffer.Length)
        {
            return;
        }

        if (!_canGrow)
        {
            throw new InvalidOperationException(
                $"The program exceeds its fixed capacity of {_buffer.Length} bytes.");
        }

        Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + size));
    }
}
