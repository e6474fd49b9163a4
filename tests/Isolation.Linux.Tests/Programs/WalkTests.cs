using System.Runtime.InteropServices;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Tests.Programs;

/// <summary>Tests graphs that this process walks itself.</summary>
public sealed unsafe class WalkTests
{
    private const int EINTR = 4;
    private const int EBADF = 9;
    private const int PROT_READ = 1;
    private const int MAP_SHARED = 1;
    private const long CLONE_VM = 0x100;
    private const long CLONE_VFORK = 0x4000;
    private const long WALL = 0x40000000;
    private const int Failed = -1000;

    private readonly TestSystemCalls _calls = TestSystemCalls.For(RuntimeInformation.ProcessArchitecture);
    private ExecutableCode _walker;
    private void* _memory;
    private TestProgram _program;

    [SetUp]
    public void SetUp()
    {
        _walker = new ExecutableCode(Walker.Current.Code.AsSpan());
        _memory = NativeMemory.AlignedAlloc(TestProgram.Capacity, 64);
        _program = new TestProgram((long)_memory);
    }

    [TearDown]
    public void TearDown()
    {
        _walker.Dispose();
        NativeMemory.AlignedFree(_memory);
    }

    [TestCase(0)]
    [TestCase(-1)]
    [TestCase(long.MinValue)]
    [TestCase(long.MaxValue)]
    public void Return_gives_the_word_back(long value) =>
        Assert.That(Walk(_program.Return(value)), Is.EqualTo(value));

    [Test]
    public void A_result_is_stored_in_a_later_node()
    {
        long last = _program.Return(0);
        long first = _program.Node();
        _program.Define(first, _calls.GetPid, [], last, Fail(), Fail(), TestProgram.Argument(last, 0));

        Assert.That(Walk(first), Is.EqualTo(Environment.ProcessId));
    }

    [TestCase(3, 2, 1)]
    [TestCase(2, 2, 0)]
    [TestCase(2, 3, -1)]
    [TestCase(-3, -2, -1)]
    [TestCase(0x1_00000000, 0, 1)]
    [TestCase(0, 0x1_00000000, -1)]
    [TestCase(long.MinValue, 0, -1)]
    [TestCase(long.MaxValue, 0, 1)]
    public void Subtract_branches_three_ways(long left, long right, int sign)
    {
        long first = Branch(Node.Subtract, [left, right]);

        Assert.That(Walk(first), Is.EqualTo(sign));
    }

    [Test]
    public void Subtract_stores_the_difference()
    {
        long last = _program.Return(0);
        long first = _program.Node(Node.Subtract, [5, 47], last, TestProgram.Argument(last, 0));

        Assert.That(Walk(first), Is.EqualTo(-42));
    }

    [TestCase(1, 1)]
    [TestCase(0x7FFFFFFF, 1)]
    [TestCase(0, 0)]
    [TestCase(-1, -1)]
    [TestCase(int.MinValue, -1)]
    public void Load32_extends_the_sign(int value, int sign)
    {
        // The neighbours on both sides detect a load that is too wide or displaced.
        long word = _program.Word(0x5A5A5A5A);
        _ = _program.Word(0x5A5A5A5A_00000000 | (uint)value);
        long loaded = _program.Word();
        long first = Branch(Node.Load32, [word + 8], loaded);

        Assert.That(Walk(first), Is.EqualTo(sign));
        Assert.That(*(long*)loaded, Is.EqualTo(value));
    }

    [TestCase(Node.Subtract)]
    [TestCase(Node.Load32)]
    public void Recall_tells_the_result_and_the_mark_of_an_operation(long operation)
    {
        long mark = _program.Word();
        long value = _program.Word(0xFFFFFFF0);
        long last = _program.Return(0);
        long recall = _program.Node(Node.Recall, [mark], last, TestProgram.Argument(last, 0));
        long argument = operation == Node.Load32 ? value : -16;
        long first = _program.Node(operation, [argument, 0, 0, 0, 0, 5], recall, _program.Word());

        Assert.That(Walk(first), Is.EqualTo(-16));
        Assert.That(*(long*)mark, Is.EqualTo(5));
    }

    [Test]
    public void A_failed_call_goes_the_negative_way_with_its_errno()
    {
        long last = _program.Return(0);
        long first = _program.Node();
        _program.Define(first, _calls.Close, [-1], Fail(), Fail(), last, TestProgram.Argument(last, 0));

        Assert.That(Walk(first), Is.EqualTo(-EBADF));
    }

    // The content of a mapping of a file's second page depends on the length, the descriptor and the offset. The other
    // arguments decide whether the mapping succeeds.
    [Test]
    public void Six_arguments_reach_the_call()
    {
        byte[] content = new byte[2 * Environment.SystemPageSize];
        BitConverter.TryWriteBytes(content.AsSpan(Environment.SystemPageSize), 0x12345678);
        int fd = TestNative.SealedFile(content);

        long last = _program.Return(0);
        long load = _program.Node(Node.Load32, [0], last, TestProgram.Argument(last, 0));
        long first = _program.Node();
        long page = Environment.SystemPageSize;
        long address = TestProgram.Argument(load, 0);
        _program.Define(
            first, _calls.Mmap, [0, page, PROT_READ, MAP_SHARED, fd, page], load, Fail(), Fail(), address);
        long loaded = Walk(first);

        _ = TestNative.munmap((nint)(*(long*)address), (nint)page);
        _ = TestNative.close(fd);
        Assert.That(loaded, Is.EqualTo(0x12345678));
    }

    // Programs that share a part require a jump to a stored address.
    [Test]
    public void A_result_can_be_the_next_node()
    {
        long first = _program.Node();
        long next = first + Node.NextIfPositiveOffset;
        _program.Define(first, Node.Subtract, [_program.Return(42), 0], Fail(), Fail(), Fail(), next);

        Assert.That(Walk(first), Is.EqualTo(42));
    }

    [Test]
    public void A_child_is_forked_and_waited_for()
    {
        // Without an exit signal, so that the runtime does not notice an unknown child.
        long fork = _program.Node();
        WaitFor(fork, _program.Node(_calls.ExitGroup, [7], next: 0), _calls.Fork, [0], out long status);

        Assert.That(Walk(fork), Is.Zero);
        Assert.That(*(int*)status, Is.EqualTo(7 << 8));
    }

    // As in a launch by the application, the child shares memory and stack with the suspended parent.
    [Test]
    public void A_child_in_the_same_memory_comes_out_of_clone3_as_well()
    {
        long childId = _program.Word();
        long exit = _program.Node(_calls.ExitGroup, [0], next: 0);
        long child = _program.Node(_calls.GetPid, [], exit, childId);
        long arguments = _program.Word(CLONE_VM | CLONE_VFORK);
        for (int i = 1; i < 11; i++)
        {
            _ = _program.Word();
        }

        long clone = _program.Node();
        long wait = WaitFor(clone, child, _calls.Clone3, [arguments, 11 * sizeof(long)], out long status);

        Assert.That(Walk(clone), Is.Zero);
        Assert.That(*(int*)status, Is.Zero);
        Assert.That(*(long*)childId, Is.EqualTo(*(long*)TestProgram.Argument(wait, 0)));
        Assert.That(*(long*)childId, Is.Not.EqualTo(Environment.ProcessId));
    }

    [Test]
    public void Many_threads_walk_while_garbage_is_collected()
    {
        long first = _program.Node();
        _program.Define(first, _calls.GetPid, [], _program.Return(1), Fail(), Fail());
        Load();

        int walks = 0;
        Parallel.For(0, 4, _ =>
        {
            for (int i = 0; i < 2000; i++)
            {
                Interlocked.Add(ref walks, (int)_walker.Call(first));
                if (i % 100 == 0)
                {
                    GC.Collect();
                }
            }
        });

        Assert.That(walks, Is.EqualTo(8000));
    }

    [Test]
    public void The_callers_register_comes_back_on_x64()
    {
        if (RuntimeInformation.ProcessArchitecture != Architecture.X64)
        {
            Assert.Ignore("x64 only: on arm64 the walker uses no register of the caller's");
        }

        long first = _program.Return(0);
        Load();

        // push rbx; mov ebx, 12345678h; call walk; mov eax, ebx; pop rbx; ret
        byte[] caller = [0x53, 0xBB, 0x78, 0x56, 0x34, 0x12, 0xE8, 0x04, 0x00, 0x00, 0x00, 0x89, 0xD8, 0x5B, 0xC3];
        using ExecutableCode code = new([.. caller, .. Walker.X64.Code]);

        Assert.That(code.Call(first), Is.EqualTo(0x12345678));
    }

    // Creates a node whose walk returns the sign of its result.
    private long Branch(long number, long[] arguments, long? result = null)
    {
        long node = _program.Node();
        _program.Define(
            node, number, arguments, _program.Return(1), _program.Return(0), _program.Return(-1), result);
        return node;
    }

    private long Fail() => _program.Return(Failed);

    // clone → wait for the child, and again if a signal interrupts → return zero.
    private long WaitFor(long clone, long child, long number, long[] arguments, out long status)
    {
        status = _program.Word();
        long wait = _program.Node();
        long interrupted = _program.Node();
        _program.Define(interrupted, Node.Subtract, [0, -EINTR], Fail(), wait, Fail());
        long error = TestProgram.Argument(interrupted, 0);
        _program.Define(wait, _calls.Wait4, [0, status, WALL, 0], _program.Return(0), Fail(), interrupted, error);
        _program.Define(clone, number, arguments, wait, child, Fail(), TestProgram.Argument(wait, 0));
        return wait;
    }

    private long Walk(long first)
    {
        Load();
        return _walker.Call(first);
    }

    private void Load() => _program.Data.CopyTo(new Span<byte>(_memory, TestProgram.Capacity));
}
