using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Escapes.Payloads;

/// <summary>
/// Builds an attack as an executable file that requires no compiler, no C library and no file of its root. The file
/// contains a sequence of system calls. Each call writes its result to standard output immediately, so that the results
/// are known even if the next call ends the process.
/// </summary>
internal sealed class Payload
{
    /// <summary>The flag in the first word of a record that is followed by the bytes that were read.</summary>
    internal const long HasBytes = 1L << 32;

    internal const int RecordSize = 2 * Node.WordSize;

    private readonly ProgramBuilder _program = new(ElfImage.DataAddress, 32 << 10);
    private readonly List<string> _names = [];
    private readonly Label _end;

    internal Payload()
    {
        _program.BeginAtBase();
        _end = _program.NewLabel();
    }

    /// <summary>Gets the names of the calls that report their result, in the order of their numbers.</summary>
    internal IReadOnlyList<string> Names => _names;

    private static SystemCallTable Table => SystemCallTable.Current;

    /// <summary>Gets the value that a word holds when the payload gets there.</summary>
    internal static Value At(long word) => Value.Word(word);

    internal long Text(string text) => _program.AddText(text);

    internal long Bytes(params ReadOnlySpan<byte> bytes) => _program.AddBytes(bytes);

    /// <summary>Adds consecutive words, for example the pointers of an argument list or a kernel structure.</summary>
    internal long Words(params ReadOnlySpan<long> words)
    {
        long address = _program.Reserve(words.Length * Node.WordSize);
        for (int i = 0; i < words.Length; i++)
        {
            _program.SetWord(address + (i * Node.WordSize), words[i]);
        }

        return address;
    }

    /// <summary>
    /// Maps zeroed memory for data that does not fit into the payload's own memory. Returns the address, which fits
    /// into the 32 bits that a word is read with.
    /// </summary>
    internal long Map(int size)
    {
        const long Free = 0x50000000;
        const int ReadWrite = 3, FixedPrivateAnonymous = 0x100022;
        Quiet(Calls.Mmap, Free, size, ReadWrite, FixedPrivateAnonymous, -1, 0);
        return Free;
    }

    internal long Room(int size) => _program.Reserve(size);

    /// <summary>Adds a call that reports its result. Returns the word that contains the result.</summary>
    internal long Call(string name, long number, params ReadOnlySpan<Value> arguments)
    {
        long record = Record(name, 0);
        long result = record + Node.WordSize;
        _program.Branch(number, arguments, result, Label.Next, Label.Next, Label.Next);
        Quiet(Table.Write, 1, record, RecordSize);
        return result;
    }

    /// <summary>Adds a call that does not report its result. Returns the word that holds the result.</summary>
    internal long Quiet(long number, params ReadOnlySpan<Value> arguments)
    {
        long result = _program.AddWord(0);
        _program.Branch(number, arguments, result, Label.Next, Label.Next, Label.Next);
        return result;
    }

    internal long Open(string name, string path, int flags) =>
        Call(name, Table.Openat, Kernel.AtFdcwd, Text(path), flags, 0x1B6);

    /// <summary>Reads from a descriptor and reports the content.</summary>
    internal void Read(string name, Value descriptor, int size)
    {
        long buffer = _program.Reserve(size);
        long record = Record(name, HasBytes);
        long result = record + Node.WordSize;
        _program.Branch(Table.Read, [descriptor, buffer, size], result, Label.Next, Label.Next, Label.Next);
        Quiet(Table.Write, 1, record, RecordSize);
        Label done = _program.NewLabel();
        _program.Compare(At(result), 0, Label.Next, done, done);
        Quiet(Table.Write, 1, buffer, At(result));
        _program.Mark(done);
    }

    /// <summary>Opens a file, reads its beginning and reports the content.</summary>
    internal void ReadFile(string name, string path, int size = 4096)
    {
        long descriptor = Open("open " + name, path, Kernel.ORdonly);
        Read(name, At(descriptor), size);
    }

    /// <summary>
    /// Opens a file of procfs and reads it in parts, because one read returns at most a page of lines. The further
    /// parts are named by <see cref="Part"/>.
    /// </summary>
    internal void ReadLongFile(string name, string path, int parts)
    {
        long descriptor = Open("open " + name, path, Kernel.ORdonly);
        for (int part = 0; part < parts; part++)
        {
            Read(Part(name, part), At(descriptor), 4096);
        }
    }

    internal static string Part(string name, int part) => part == 0 ? name : $"{name} {part + 1}";

    /// <summary>Reports bytes from the payload's memory.</summary>
    internal void Tell(string name, long address, int size)
    {
        long record = Record(name, HasBytes);
        _program.SetWord(record + Node.WordSize, size);
        Quiet(Table.Write, 1, record, RecordSize);
        Quiet(Table.Write, 1, address, size);
    }

    /// <summary>Ends the payload if the result of a call is an error.</summary>
    internal void StopIfRefused(long word) => _program.Compare(At(word), 0, Label.Next, Label.Next, _end);

    /// <summary>Runs the body in a child process, which then ends. Returns the word with the child's id.</summary>
    internal long Fork(Action child)
    {
        const int SIGCHLD = 17;
        Label parent = _program.NewLabel();
        long id = _program.AddWord(0);
        _program.Branch(Calls.Clone, [SIGCHLD, 0, 0, 0, 0], id, parent, Label.Next, parent);
        child();
        Exit();
        _program.Mark(parent);
        return id;
    }

    /// <summary>
    /// Runs the body in a thread, which shares all memory and ends with the payload. The thread requires no stack,
    /// since the walker has none.
    /// </summary>
    internal void Thread(Action body)
    {
        // CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM.
        const long Sharing = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000;
        Label parent = _program.NewLabel();
        _program.Branch(Calls.Clone, [Sharing, 0, 0, 0, 0], _program.AddWord(0), parent, Label.Next, parent);
        body();
        _program.Mark(parent);
    }

    /// <summary>Switches a word of memory between two values endlessly.</summary>
    internal void Alternate(long word, long first, long second)
    {
        Label again = _program.NewLabel();
        _program.Mark(again);
        _program.Store(word, first);
        _program.Store(word, second);
        _program.Jump(again);
    }

    /// <summary>Changes a word of memory.</summary>
    internal void Put(long word, long value) => _program.Store(word, value);

    /// <summary>Copies the value of one word to another.</summary>
    internal void Copy(long from, long to) =>
        _program.Branch(Node.Subtract, [At(from), 0], to, Label.Next, Label.Next, Label.Next);

    /// <summary>Adds one to a word of memory.</summary>
    internal void Increment(long word) =>
        _program.Branch(Node.Subtract, [At(word), -1], word, Label.Next, Label.Next, Label.Next);

    /// <summary>
    /// Repeats a call until it succeeds or the number of rounds is reached, and reports its last result.
    /// </summary>
    internal void Try(string name, int rounds, long number, params ReadOnlySpan<Value> arguments)
    {
        Label again = _program.NewLabel(), done = _program.NewLabel();
        long record = Record(name, 0);
        long left = _program.AddWord(-rounds);
        _program.Mark(again);
        _program.Branch(number, arguments, record + Node.WordSize, done, done, Label.Next);
        _program.Branch(Node.Subtract, [At(left), -1], left, Label.Next, Label.Next, again);
        _program.Mark(done);
        Quiet(Table.Write, 1, record, RecordSize);
    }

    /// <summary>Waits for a child to end.</summary>
    internal void Wait(long childWord) => Quiet(Table.Wait4, At(childWord), 0, Kernel.Wall, 0);

    /// <summary>Waits forever.</summary>
    internal void Pause()
    {
        Label again = _program.NewLabel();
        _program.Mark(again);
        _program.Branch(Table.Ppoll, [0, 0, 0, 0, 0], _program.Discard, again, again, again);
    }

    /// <summary>Repeats the body until the payload is killed or the number of rounds is reached.</summary>
    internal void Repeat(int rounds, Action body)
    {
        Label again = _program.NewLabel();
        long left = _program.AddWord(0);

        // Initialized each time, since the loop may be nested in another loop.
        _program.Store(left, -rounds);
        _program.Mark(again);
        body();
        // Counts up to zero, since subtraction is the only arithmetic node.
        _program.Branch(Node.Subtract, [At(left), -1], left, Label.Next, Label.Next, again);
    }

    internal void Execute(string name, string path, params string[] arguments)
    {
        long[] pointers = [Text(path), .. arguments.Select(Text), 0];
        Call(name, Table.Execve, pointers[0], Words(pointers), Words(0));
    }

    internal void Exit() => _program.Branch(Table.ExitGroup, [0], _program.Discard, _end, _end, _end);

    /// <summary>Returns the executable file.</summary>
    internal byte[] Image()
    {
        _program.Mark(_end);
        _program.Branch(Table.ExitGroup, [0], _program.Discard, _end, _end, _end);
        _program.Finish();
        return ElfImage.Write(Walker.Current, _program.Content, _program.Length, ElfImage.DataAddress);
    }

    /// <summary>
    /// Returns an executable file with machine code instead of the walker, for attacks beyond a sequence of system
    /// calls. The code must write a record to standard output.
    /// </summary>
    internal static byte[] CodeImage(ReadOnlySpan<byte> code)
    {
        byte[] image = new Payload().Image();
        int entry = (int)(ElfImage.EntryAddress - ElfImage.CodeAddress);
        code.CopyTo(image.AsSpan(entry, Walker.Current.Code.Length));
        return image;
    }

    private long Record(string name, long flags)
    {
        _names.Add(name);
        return Words(_names.Count - 1 + flags, 0);
    }
}
