using Isolation.IntegrationTests.Support;
using Isolation.Linux.Programs;
using Isolation.Linux.Seccomp.Compiling;

namespace Isolation.IntegrationTests.Verdicts;

/// <summary>
/// A payload that takes a given amount of one thing and ends with exit code 0. It is made of system calls alone, so
/// that nothing but the amount counts.
/// </summary>
internal sealed class Load : IDisposable
{
    private const string Inside = "/payload";
    private const int ThreadCpuTime = 3;
    private const int Nanoseconds = 8;

    // CLONE_VM, FS, FILES, SIGHAND, THREAD, SYSVSEM.
    private const long Thread = 0x100 | 0x200 | 0x400 | 0x800 | 0x10000 | 0x40000;

    private readonly HostDirectory _directory = new();
    private readonly ProgramBuilder _b = new(ElfImage.DataAddress);

    private Load(UnseenForm form, int count, Action<ProgramBuilder, int> work)
    {
        _b.BeginAtBase();
        Unseen(form, count, work);
        Finish();
    }

    private Load(LoadForm form, Action<ProgramBuilder, int> work, Action<ProgramBuilder>? begin = null)
    {
        _b.BeginAtBase();
        begin?.Invoke(_b);
        switch (form)
        {
            case LoadForm.Process:
                work(_b, 1);
                End();
                break;
            case LoadForm.Threads:
                Label thread = _b.NewLabel();
                _b.Branch(Number("clone"), [Thread, 0], 0, Label.Next, thread, Label.Next);
                work(_b, 2);
                _b.Try(Number("exit"), 0);
                _b.Mark(thread);
                work(_b, 2);
                _b.Try(Number("exit"), 0);
                break;
            case LoadForm.Children:
                Label child = _b.NewLabel(), wait = _b.NewLabel(), reaped = _b.NewLabel(), failed = _b.NewLabel(),
                done = _b.NewLabel();
                long status = _b.Reserve(8);
                _b.Branch(Number("clone"), [(long)UnixSignal.SIGCHLD, 0], 0, Label.Next, child, failed);
                work(_b, 2);
                _b.Mark(wait);
                _b.Branch(Number("wait4"), [-1, status, 0, 0], 0, reaped, done, done);
                _b.Mark(reaped);
                _b.Compare(Value.Word(status), 0, failed, wait, failed);
                _b.Mark(failed);
                _b.Try(Number("exit_group"), 1);
                _b.Mark(child);
                work(_b, 2);
                _b.Mark(done);
                End();
                break;
            case LoadForm.Orphan:
                Orphan(work);
                break;
        }

        Finish();
    }

    internal static SandboxCommand Command { get; } = new($"{Inside}/load") { WallTime = Guest.Patience };

    /// <summary>Takes CPU time; each worker looks at its own clock.</summary>
    internal static Load Burn(TimeSpan amount, LoadForm form) => new(form, Burning(amount));

    /// <summary>
    /// Takes CPU time by processes that come one after the other and end without anybody waiting for them.
    /// </summary>
    internal static Load Burn(TimeSpan each, int count, UnseenForm form) => new(form, count, Burning(each));

    private static Action<ProgramBuilder, int> Burning(TimeSpan amount) => (b, workers) =>
    {
        long time = b.Reserve(16);
        Label round = b.NewLabel(), done = b.NewLabel();
        b.Mark(round);
        b.Try(Number("clock_gettime"), ThreadCpuTime, time);
        b.Compare(Value.Word(time + Nanoseconds), (long)amount.TotalNanoseconds / workers, done, done, round);
        b.Mark(done);
    };

    /// <summary>Waits.</summary>
    internal static Load Sleep(TimeSpan amount, LoadForm form) => new(form, (b, _) =>
    {
        long time = b.AddWord((long)amount.TotalSeconds);
        b.AddWord((long)(amount.TotalNanoseconds % 1_000_000_000));
        b.Try(Number("nanosleep"), time, 0);
    });

    /// <summary>Has memory, all of it at once: the workers keep theirs until each has got its own.</summary>
    internal static Load Hold(long bytes, LoadForm form)
    {
        long pipe = 0;
        bool isFirst = true;
        return new Load(
            form,
            (b, workers) =>
            {
                // MAP_PRIVATE, MAP_ANONYMOUS, MAP_POPULATE.
                b.Branch(Number("mmap"), [0, bytes / workers, 3, 0x8022, -1, 0], 0, Label.Next, Label.Next, Label.Next);
                if (isFirst)
                {
                    b.Try(Number("write"), Value.Word(pipe + 4), pipe, 1);
                }
                else if (form == LoadForm.Children)
                {
                    // The parent keeps its own until the child has ended.
                    // The memory of a thread is that of its process.
                    b.Try(Number("read"), Value.Word(pipe), b.Reserve(8), 1);
                }

                isFirst = false;
            },
            b =>
            {
                pipe = b.Reserve(8);
                b.Try(Number("pipe2"), pipe, 0);
            });
    }

    internal SandboxSpecification In(SandboxSpecification specification) =>
        specification with
        {
            Mounts = specification.Mounts.Add(new BindMount(_directory.Path, Inside) { Options = MountOptions.None }),
        };

    public void Dispose() => _directory.Dispose();

    private void Finish()
    {
        _b.Jump(_b.LabelAt(ElfImage.DataAddress));
        _b.Finish();
        File.WriteAllBytes(
            _directory.At("load"), ElfImage.Write(Walker.Current, _b.Content, _b.Length + 4096, ElfImage.DataAddress));
        File.SetUnixFileMode(_directory.At("load"), (UnixFileMode)0b111_101_101);
    }

    private static int Number(string name) => FilterTarget.Current.Names.Numbers[name];

    private void End() => _b.Try(Number("exit_group"), 0);

    private void Unseen(UnseenForm form, int count, Action<ProgramBuilder, int> work)
    {
        const long IgnoreSignal = 1, SharedMemory = 0x100 | 0x4000;
        long flags = (long)UnixSignal.SIGCHLD | (form == UnseenForm.Shared ? SharedMemory : 0);
        Label round = _b.NewLabel(), child = _b.NewLabel(), middle = _b.NewLabel(), over = _b.NewLabel();
        long left = _b.AddWord(count), pipe = _b.Reserve(8), scratch = _b.Reserve(8), action = _b.AddWord(IgnoreSignal);
        _b.Reserve(24);
        _b.Try(Number("rt_sigaction"), (long)UnixSignal.SIGCHLD, form == UnseenForm.Daemon ? 0 : action, 0, 8);
        _b.Mark(round);
        _b.Try(Number("pipe2"), pipe, 0);
        _b.Branch(Number("clone"), [flags, 0], 0, Label.Next, form == UnseenForm.Daemon ? middle : child, Label.Next);

        // Both wait until the child has ended, if only by the end of the pipe.
        _b.Try(Number("wait4"), -1, 0, 0, 0);
        _b.Try(Number("close"), Value.Word(pipe + 4));
        _b.Try(Number("read"), Value.Word(pipe), scratch, 1);
        _b.Try(Number("close"), Value.Word(pipe));
        _b.Branch(Node.Subtract, [Value.Word(left), 1], left, round, over, over);
        _b.Mark(middle);
        _b.Try(Number("setsid"));
        _b.Branch(Number("clone"), [flags, 0], 0, Label.Next, child, Label.Next);
        End();
        _b.Mark(child);
        work(_b, 1);
        End();
        _b.Mark(over);
        End();
    }

    private void Orphan(Action<ProgramBuilder, int> work)
    {
        Label middle = _b.NewLabel(), orphan = _b.NewLabel();
        long pipe = _b.Reserve(8), status = _b.Reserve(8);
        _b.Try(Number("pipe2"), pipe, 0);
        _b.Branch(Number("clone"), [(long)UnixSignal.SIGCHLD, 0], 0, Label.Next, middle, Label.Next);
        _b.Try(Number("close"), Value.Word(pipe + 4));
        _b.Try(Number("wait4"), -1, status, 0, 0);

        // The end of the pipe is the end of the orphan, who alone can still write.
        _b.Try(Number("read"), Value.Word(pipe), status, 1);
        End();
        _b.Mark(middle);
        _b.Try(Number("setsid"));
        _b.Branch(Number("clone"), [(long)UnixSignal.SIGCHLD, 0], 0, Label.Next, orphan, Label.Next);
        End();
        _b.Mark(orphan);
        work(_b, 1);
        End();
    }
}
