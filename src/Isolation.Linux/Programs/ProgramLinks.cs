namespace Isolation.Linux.Programs;

/// <summary>Links the nodes of a program: places labels, and writes the addresses of successors into nodes.</summary>
/// <param name="memory">The memory that contains the nodes.</param>
internal sealed class ProgramLinks(ProgramMemory memory)
{
    private readonly List<long> _labels = [];
    private readonly List<(int Offset, int Label)> _openLinks = [];
    private readonly List<int> _openEnds = [];
    private readonly List<int> _marks = [];

    /// <summary>Gets a value indicating whether the last node has no successor.</summary>
    internal bool IsOpen => _openEnds.Count > 0 || _marks.Count > 0;

    /// <summary>Creates a label.</summary>
    /// <param name="address">The address of the label; 0 if it is not yet known.</param>
    internal Label Add(long address)
    {
        _labels.Add(address);
        return new Label(_labels.Count - 1);
    }

    /// <summary>Places a label at the node that is added next.</summary>
    internal void Mark(Label label) => _marks.Add(label.Index);

    /// <summary>Sets a successor of a node.</summary>
    /// <param name="word">The address of the word that holds the successor's address.</param>
    /// <param name="label">The successor.</param>
    internal void Link(long word, Label label)
    {
        int offset = (int)(word - memory.BaseAddress);
        if (label == Label.Next)
        {
            _openEnds.Add(offset);
        }
        else
        {
            _openLinks.Add((offset, label.Index));
        }
    }

    /// <summary>Links all open ends and labels to the node that is added at an address.</summary>
    internal void CloseEndsAt(long address)
    {
        foreach (int mark in _marks)
        {
            _labels[mark] = address;
        }

        _marks.Clear();
        foreach (int offset in _openEnds)
        {
            memory.SetWord(memory.BaseAddress + offset, address);
        }

        _openEnds.Clear();
    }

    /// <summary>Writes the addresses of all labels.</summary>
    internal void Resolve()
    {
        foreach ((int offset, int label) in _openLinks)
        {
            if (_labels[label] == 0)
            {
                throw new InvalidOperationException($"The program refers to label {label}, which was not placed.");
            }

            memory.SetWord(memory.BaseAddress + offset, _labels[label]);
        }

        _openLinks.Clear();
    }

    /// <summary>Removes all labels and links.</summary>
    internal void Clear()
    {
        _labels.Clear();
        _openLinks.Clear();
        _openEnds.Clear();
        _marks.Clear();
    }
}
