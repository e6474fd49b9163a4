using System.Runtime.InteropServices;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Programs;

/// <summary>
/// Builds a system-call program, its nodes and their data, for the address at which it will run. Nodes run in the order
/// in which they are added unless a label specifies otherwise.
/// </summary>
internal sealed class ProgramBuilder : ProgramMemory
{
    private readonly ProgramLinks _links;
    private readonly List<(Label Exit, Label Recall)> _failures = [];
    private readonly List<ProgramStep> _steps = [];

    /// <summary>Creates a builder for a program that will be copied to its address.</summary>
    internal ProgramBuilder(long baseAddress, int capacity = 16 << 10)
        : base(new byte[capacity], baseAddress, canGrow: true) => _links = new ProgramLinks(this);

    private ProgramBuilder(byte[] pinned)
        : base(pinned, Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0), canGrow: false) =>
        _links = new ProgramLinks(this);

    /// <summary>Creates a builder for a program that runs in place, in pinned memory of this process.</summary>
    internal static ProgramBuilder InPlace(int capacity) => new(GC.AllocateArray<byte>(capacity, pinned: true));

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

    /// <summary>Clears the builder for another program at another address.</summary>
    internal void Reset(long baseAddress)
    {
        Clear(baseAddress);
        _links.Clear();
        _failures.Clear();
        _steps.Clear();
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

    internal Label NewLabel() => _links.Add(0);

    /// <summary>Creates a label for a known address.</summary>
    internal Label LabelAt(long address) => _links.Add(address);

    /// <summary>Places a label at the node that is added next.</summary>
    internal void Mark(Label label) => _links.Mark(label);

    /// <summary>Adds a checked system call: a negative result ends the program at <see cref="FailureExit"/>.</summary>
    internal long Step(
        string action, string? target, long number, Value a = default, Value b = default, Value c = default,
        Value d = default, Value e = default, long result = 0,
        Label? zero = null, StepKind kind = StepKind.Other)
    {
        _steps.Add(new ProgramStep(action, target, kind == StepKind.Other ? StepKinds.Of(number) : kind)
        {
            Call = number,
        });

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

        Align();
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

    /// <summary>Jumps if a lookup found nothing at a path.</summary>
    /// <param name="result">The address of the word that holds the result of the lookup.</param>
    /// <param name="missing">The label to continue at.</param>
    internal void JumpIfMissing(long result, Label missing)
    {
        Compare(Value.Word(result), -Errno.ENOENT, Label.Next, missing, Label.Next);
        Compare(Value.Word(result), -Errno.ENOTDIR, Label.Next, missing, Label.Next);
    }

    /// <summary>Returns from a walk in this process, with the value of a word.</summary>
    internal void Return(long word)
    {
        Label nowhere = NewLabel();
        Mark(nowhere);
        Branch(Node.Return, [Value.Word(word)], 0, nowhere, nowhere, nowhere);
    }

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
        if (_links.IsOpen)
        {
            throw new InvalidOperationException("The last node of the program has no successor.");
        }

        _links.Resolve();
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
        _links.CloseEndsAt(address);
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
        _links.Link(address + Node.NextIfPositiveOffset, positive);
        _links.Link(address + Node.NextIfPositiveOffset + 8, zero);
        _links.Link(address + Node.NextIfPositiveOffset + 16, negative);
    }
}
