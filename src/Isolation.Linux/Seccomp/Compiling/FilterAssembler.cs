namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>The back end: emits a graph of decisions as instructions.</summary>
/// <remarks>
/// Instructions are emitted from last to first, so that jump targets are known. A conditional jump reaches at most 255
/// instructions; a target farther away gets a nearby copy of its result, or a nearby long jump.
/// </remarks>
internal sealed class FilterAssembler
{
    private const int Reach = 255;

    /// <summary>No word is in the register.</summary>
    private const int Nothing = -1;

    /// <summary>The instructions in reverse order: index 0 is the last instruction.</summary>
    private readonly List<FilterInstruction> _reversed = [];

    /// <summary>
    /// The nearest position of each decision, and whether the decision's word is in the register there.
    /// </summary>
    private readonly Dictionary<(Decision Decision, bool IsLoaded), int> _places = [];

    /// <summary>
    /// All decisions that are jump targets, with or without their word in the register; a decision can be entered both
    /// ways.
    /// </summary>
    private readonly HashSet<(Decision Decision, bool IsLoaded)> _entries = [];

    /// <summary>
    /// Assembles a complete filter. It tests the architecture first, because call numbers differ between architectures.
    /// </summary>
    internal static FilterInstruction[] Assemble(uint architecture, Decision search)
    {
        FilterAssembler assembler = new();
        (Decision, bool) start = (search, IsLoaded(search, CallData.Number));
        assembler.FindEntries(start);
        assembler.Place(start);
        assembler.GoTo(start);
        assembler.Add(FilterInstruction.LoadWord, CallData.Number);
        assembler.Add(FilterInstruction.Return, FilterResult.KillProcess);
        assembler.Add(FilterInstruction.JumpIfEqual, architecture, ifTrue: 1);
        assembler.Add(FilterInstruction.LoadWord, CallData.Architecture);
        assembler._reversed.Reverse();
        return [.. assembler._reversed];
    }

    private static bool IsLoaded(Decision decision, int word) => decision is Decision.Question question
        && question.Test.Offset == word;

    private static (Decision Decision, bool IsLoaded) After(Decision.Question question, Decision next) =>
        (next, IsLoaded(
            next, question.Test.Mask == uint.MaxValue || IsBitTest(question.Test) ? question.Test.Offset : Nothing));

    /// <summary>
    /// Returns whether a test can be made without losing the word: all masked bits must be zero, or the only masked bit
    /// must be one.
    /// </summary>
    private static bool IsBitTest(WordTest test) =>
        test.Kind == FilterInstruction.JumpIfEqual && test.Mask != uint.MaxValue
        && (test.Value == 0 || (test.Value == test.Mask && uint.IsPow2(test.Mask)));

    /// <summary>Places a decision and its successors. Chains can be long, so this method is not recursive.</summary>
    private void Place((Decision Decision, bool IsLoaded) root)
    {
        Stack<(Decision Decision, bool IsLoaded)> open = new([root]);
        while (open.TryPeek(out (Decision Decision, bool IsLoaded) current))
        {
            if (_places.ContainsKey(current))
            {
                open.Pop();
                continue;
            }

            if (current.Decision is not Decision.Question question)
            {
                PlaceResult((Decision.Result)current.Decision);
                open.Pop();
                continue;
            }

            (Decision, bool) whereTrue = After(question, question.IfTrue),
            whereFalse = After(question, question.IfFalse);
            bool isReady = true;
            // The false branch is emitted first and therefore comes last, which keeps all targets near in a chain of
            // tests.
            foreach ((Decision, bool) next in ((Decision, bool)[])[whereTrue, whereFalse])
            {
                if (!_places.ContainsKey(next))
                {
                    open.Push(next);
                    isReady = false;
                }
            }

            if (isReady)
            {
                open.Pop();
                PlaceQuestion(current, question.Test, whereTrue, whereFalse);
            }
        }
    }

    private void FindEntries((Decision Decision, bool IsLoaded) root)
    {
        Stack<(Decision Decision, bool IsLoaded)> open = new([root]);
        while (open.TryPop(out (Decision Decision, bool IsLoaded) entry))
        {
            if (_entries.Add(entry) && entry.Decision is Decision.Question question)
            {
                open.Push(After(question, question.IfTrue));
                open.Push(After(question, question.IfFalse));
            }
        }
    }

    private void PlaceResult(Decision.Result result)
    {
        Add(FilterInstruction.Return, result.Value);
        _places[(result, false)] = _reversed.Count - 1;
    }

    private void PlaceQuestion(
        (Decision Decision, bool) place, WordTest test, (Decision, bool) whereTrue, (Decision, bool) whereFalse)
    {
        ushort kind = test.Kind;
        uint value = test.Value;
        bool isMasked = test.Mask != uint.MaxValue;
        if (IsBitTest(test))
        {
            (kind, value, isMasked) = (FilterInstruction.JumpIfAnyBit, test.Mask, false);
            if (test.Value == 0)
            {
                (whereTrue, whereFalse) = (whereFalse, whereTrue);
            }
        }

        BringNear(whereTrue);
        BringNear(whereFalse);
        Add(kind, value, Distance(whereTrue), Distance(whereFalse));
        if (isMasked)
        {
            Add(FilterInstruction.And, test.Mask);
        }

        if (_entries.Contains((place.Decision, true)))
        {
            _places[(place.Decision, true)] = _reversed.Count - 1;
        }

        if (_entries.Contains((place.Decision, false)))
        {
            Add(FilterInstruction.LoadWord, (uint)test.Offset);
            _places[(place.Decision, false)] = _reversed.Count - 1;
        }
    }

    /// <summary>
    /// Ensures that a jump can reach a target even if code for the other branch is inserted in between.
    /// </summary>
    private void BringNear((Decision Decision, bool) target)
    {
        int distance = _reversed.Count - _places[target];
        if (distance < Reach)
        {
            return;
        }

        if (target.Decision is Decision.Result result)
        {
            PlaceResult(result);
            return;
        }

        Add(FilterInstruction.Jump, (uint)(distance - 1));
        _places[target] = _reversed.Count - 1;
    }

    private void GoTo((Decision, bool) target)
    {
        int distance = _reversed.Count - 1 - _places[target];
        if (distance > 0)
        {
            Add(FilterInstruction.Jump, (uint)distance);
        }
    }

    private byte Distance((Decision, bool) target) => checked((byte)(_reversed.Count - 1 - _places[target]));

    private void Add(ushort code, uint value, byte ifTrue = 0, byte ifFalse = 0) =>
        _reversed.Add(new FilterInstruction(code, ifTrue, ifFalse, value));
}
