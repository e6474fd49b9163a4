using Isolation.Linux.Programs;

namespace Isolation.Linux.Tests.Programs;

/// <summary>
/// Builds a program that uses every kind of node and every branch. It writes a word after each successful step and
/// ends with <see cref="ExitCode"/>; after a failed step, it ends immediately with another code.
/// </summary>
internal static class EveryNodeProgram
{
    public const int ExitCode = 42;

    public const string Output = "equal\nless\ngreater\nsigned\nEBADF\nrecalled\nchild\nparent\n";

    private const int SIGCHLD = 17;
    private const int EINTR = 4;
    private const int EBADF = 9;
    private const int ChildExitCode = 7;
    private const int Mark = 77;

    public static byte[] Image(Walker walker)
    {
        TestSystemCalls calls = TestSystemCalls.For(walker.Architecture);
        TestProgram program = new(ElfImage.DataAddress);
        long failed = program.Node(calls.ExitGroup, [99], next: 0);

        // Built from the end to the start, so that the next step of each step exists.
        long end = program.Return(ExitCode);
        long forked = Fork(program, calls, failed, Say("parent\n", end));
        long errno = Expect(-EBADF, Say("EBADF\n", Recall(forked)));
        long close = program.Node();
        program.Define(close, calls.Close, [-1], failed, failed, errno, TestProgram.Argument(errno, 0));
        long loaded = Expect(-2, Say("signed\n", close));
        long load = program.Node();

        // A 32-bit load must ignore the upper half.
        long word = program.Word(0x12345678_FFFFFFFE);
        program.Define(load, Node.Load32, [word], failed, failed, loaded, TestProgram.Argument(loaded, 0));
        long greater = program.Node();
        program.Define(greater, Node.Subtract, [3, 2], Say("greater\n", load), failed, failed);
        long less = program.Node();
        program.Define(less, Node.Subtract, [2, 3], failed, failed, Say("less\n", greater));
        long equal = program.Node();
        program.Define(equal, Node.Subtract, [3, 3], failed, Say("equal\n", less), failed);

        // Memory beyond the content, far enough to be in another page, exists and is zero.
        long behind = ElfImage.DataAddress + 0x24000;
        long zero = program.Node();
        program.Define(zero, Node.Load32, [behind], failed, equal, failed);
        return ElfImage.Write(walker, program.Data, memorySize: 0x24000 + sizeof(int), firstNodeAddress: zero);

        long Say(string text, long next)
        {
            (long address, long length) = program.Text(text);
            long node = program.Node();
            program.Define(node, calls.Write, [1, address, length], next, failed, failed);
            return node;
        }

        long Expect(long value, long next)
        {
            long node = program.Node();
            program.Define(node, Node.Subtract, [0, value], failed, next, failed);
            return node;
        }

        long Recall(long next)
        {
            long word = program.Word();
            long mark = Expect(Mark, Say("recalled\n", next));
            long loadMark = program.Node(Node.Load32, [word], mark, TestProgram.Argument(mark, 0));
            long result = Expect(-EBADF, loadMark);
            long recall = program.Node();
            program.Define(recall, Node.Recall, [word], failed, failed, result, TestProgram.Argument(result, 0));
            long call = program.Node();
            program.Define(call, calls.Close, [-1, 0, 0, 0, 0, Mark], failed, failed, recall);
            return call;
        }

        long Fork(TestProgram program, TestSystemCalls calls, long failed, long next)
        {
            long status = program.Word();
            long checkStatus = Expect(ChildExitCode << 8, next);
            long loadStatus = program.Node(Node.Load32, [status], checkStatus, TestProgram.Argument(checkStatus, 0));

            long wait = program.Node();
            long interrupted = program.Node();
            program.Define(interrupted, Node.Subtract, [0, -EINTR], failed, wait, failed);
            long error = TestProgram.Argument(interrupted, 0);
            program.Define(wait, calls.Wait4, [0, status, 0, 0], loadStatus, failed, interrupted, error);

            long child = Say("child\n", program.Node(calls.ExitGroup, [ChildExitCode], next: 0));
            long clone = program.Node();
            program.Define(clone, calls.Fork, [SIGCHLD], wait, child, failed, TestProgram.Argument(wait, 0));
            return clone;
        }
    }
}
