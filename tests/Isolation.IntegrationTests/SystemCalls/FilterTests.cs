using System.Runtime.InteropServices;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.Seccomp.Tables;

namespace Isolation.IntegrationTests.SystemCalls;

/// <summary>Filters on the commands of a sandbox.</summary>
public sealed class FilterTests
{
    private const long Beyond = 1L << 32;
    private const int TerminalInput = 0x5412;
    private const int NewUserNamespace = 0x10000000;
    private const int VirtualMachineSockets = 40;

    private static SystemCallNames Names => SystemCallNames.Current;

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task The_default_refuses_what_reaches_far_into_the_kernel()
    {
        string[] refused =
        [
            "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "add_key", "request_key",
            "keyctl", "io_uring_setup",
            "bpf", "perf_event_open", "userfaultfd", "mount", "umount2", "pivot_root", "fsopen", "open_tree",
            "move_mount", "mount_setattr",
            "init_module", "finit_module", "kexec_load", "reboot", "swapon", "clock_settime", "settimeofday",
            "open_by_handle_at",
            "name_to_handle_at", "unshare", "setns", "quotactl", "acct", "vhangup", "syslog", "fanotify_init", "chroot",
            "sethostname",
        ];
        using CallProgram program = new([.. refused.Select(name => ((long)Names.Numbers[name], new ulong[6]))]);

        Assert.That(
            await program.RunAsync(SystemCallFilter.Default), Is.EqualTo(refused.Select(_ => (long)-Errno.EPERM)));
    }

    [Test]
    public async Task Arguments_are_looked_at_as_the_kernel_does()
    {
        using CallProgram program = new(
            Call("ioctl", 0, TerminalInput, 0),
            Call("ioctl", 0, TerminalInput + Beyond, 0),
            Call("ioctl", 0, 0x5401, 0),
            Call("socket", VirtualMachineSockets, 1, 0),
            Call("socket", VirtualMachineSockets + Beyond, 1, 0),
            Call("socket", 16, 3, 9),
            Call("clone", NewUserNamespace | 17, 0),
            Call("clone", NewUserNamespace | 17 | Beyond, 0),
            Call("clone3", 0, 0),
            Call("prlimit64", 0, 4, 1, 0),
            Call("prlimit64", 0, 4 + Beyond, 1, 0),
            Call("prlimit64", 0, 4, 0, 0),
            Call("prlimit64", 1, 7, 0, 0),
            Call("prlimit64", 1 + Beyond, 7, 0, 0),
            Call("prlimit64", Beyond, 7, 0, 0),
            Call("personality", 0x400000),
            Call("personality", 0xFFFFFFFF),
            (Names.Newest + 1, new ulong[6]),
            (0x3FFFFFFF, new ulong[6]));

        long[] filtered = await program.RunAsync(SystemCallFilter.Default);
        using CallProgram terminal = new(
            Call("ioctl", 0, TerminalInput, 0), Call("ioctl", 0, TerminalInput + Beyond, 0));
        long[] free = await terminal.RunAsync(SystemCallFilter.Off);

        const int NoTerminal = -25;
        Assert.Multiple(() =>
        {
            Assert.That(free, Is.EqualTo([NoTerminal, NoTerminal]), "the kernel drops the upper half");
            Assert.That(
                filtered,
                Is.EqualTo([
                    -Errno.EPERM, -Errno.EPERM, NoTerminal, -Errno.EAFNOSUPPORT, -Errno.EAFNOSUPPORT,
                    -Errno.EAFNOSUPPORT, -Errno.EPERM,
                    -Errno.EPERM, -Errno.ENOSYS, -Errno.EPERM, -Errno.EPERM, 0, -Errno.EPERM, -Errno.EPERM, 0,
                    -Errno.EPERM, 0, -Errno.ENOSYS, -Errno.ENOSYS,
                ]));
        });
    }

    [Test]
    public async Task A_judge_s_program_gets_no_socket_but_a_connected_pair()
    {
        using CallProgram program = new(
            Call("socket", 1, 1, 0), Call("socket", 2, 1, 0), Call("socketpair", 1, 2, 0, 0),
            Call("socketpair", 1, 1 | 0x80000, 0, 0),
            Call("memfd_create", 0, 0), Call("inotify_init1", 0), Call("shmget", 0, 1, 0), Call("sync"));

        Assert.That(
            await program.RunAsync(SystemCallFilter.Judge),
            Is.EqualTo([-Errno.EPERM, -Errno.EPERM, -Errno.EPERM, -14, -Errno.EPERM, -Errno.EPERM, -Errno.EPERM, 0]));
    }

    [Test]
    public async Task Without_namespaces_nothing_of_the_user_s_other_files_and_processes_can_be_changed()
    {
        const int SetFlags = 0x40086602;
        string[] ofFiles =
        [
            "fchmod", "fchmodat", "fchmodat2", "fchown", "fchownat", "utimensat", "setxattr", "lsetxattr", "fsetxattr",
            "setxattrat", "removexattr",
            "lremovexattr", "fremovexattr", "removexattrat", "file_setattr",
        ];
        (long, ulong[])[] ofProcesses =
        [
            Call("kill", -1, 0), Call("kill", 0xFFFFFFFF, 0), Call("kill", 0xFFFFFFFF + Beyond, 0),
            Call("setpriority", 0, 1, 0),
            Call("setpriority", 2, 0, 0), Call("setpriority", 2 + Beyond, 0, 0), Call("setpriority", 0, 1 + Beyond, 0),
            Call("sched_setaffinity", 1, 0, 0),
            Call("sched_setaffinity", 1 + Beyond, 0, 0), Call("sched_setscheduler", 0, 0, 0),
            Call("ioprio_set", 1, 0, 0), Call("prlimit64", 1, 7, 0, 0),
            Call("shmget", 0, 1, 0), Call("semget", 0, 1, 0), Call("msgget", 0, 0), Call("mq_open", 0, 0, 0, 0),
            Call("ioctl", 0, SetFlags, 0),
            Call("ioctl", 0, SetFlags + Beyond, 0),
        ];
        using CallProgram refused = new([.. ofFiles.Select(name => Call(name)), .. ofProcesses]);
        using CallProgram allowed = new(
            Call("setpriority", 0, 0, 0), Call("setpriority", Beyond, Beyond, 0), Call("kill", 0, 0), Call("uname", 0));

        const int BadAddress = -14;
        Assert.Multiple(() =>
        {
            Assert.That(
                async () => await refused.RunAsync(SystemCallFilter.Unprivileged),
                Is.EqualTo(Enumerable.Repeat<long>(-Errno.EPERM, ofFiles.Length + ofProcesses.Length)));
            Assert.That(
                async () => await allowed.RunAsync(SystemCallFilter.Unprivileged), Is.EqualTo([0, 0, 0, BadAddress]));
        });
    }

    [Test]
    public async Task Calls_of_32_bits_are_killed()
    {
        Requires.That("x64", RuntimeInformation.ProcessArchitecture == Architecture.X64, "an x86-64 machine is needed");
        using CallProgram program = CallProgram.With32BitCall();

        SandboxResult free = await Guest.Provider.RunAsync(
            program.Specification(SystemCallFilter.Off), program.Command);
        SandboxResult filtered = await Guest.Provider.RunAsync(
            program.Specification(new() { Profile = SystemCallProfile.None, DefaultAction = SystemCallAction.Allow }),
            program.Command);

        // A kernel without 32-bit calls faults, which is no way out either.
        Assert.That(free.ExitCode == 7
            || free.Signal == UnixSignal.SIGSEGV, Is.True, $"{free.Outcome} {free.ExitCode} {free.Signal}");
        Assert.That(filtered.Signal, Is.EqualTo(free.ExitCode == 7 ? UnixSignal.SIGSYS : UnixSignal.SIGSEGV));
    }

    [Test]
    public async Task Calls_of_x32_do_not_exist()
    {
        Requires.That("x64", RuntimeInformation.ProcessArchitecture == Architecture.X64, "an x86-64 machine is needed");
        using CallProgram program = new((0x40000000 | Names.Numbers["getppid"], new ulong[6]));

        Assert.That(
            await program.RunAsync(new() { Profile = SystemCallProfile.None, DefaultAction = SystemCallAction.Allow }),
            Is.EqualTo([-Errno.ENOSYS]));
    }

    [Test]
    public async Task A_command_s_own_filter_replaces_the_sandbox_s()
    {
        using CallProgram program = new(Call("socket", 2, 1, 0));
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(program.Specification(SystemCallFilter.Judge));

        SandboxResult strict = await sandbox.RunAsync(program.Command);
        SandboxResult loose = await sandbox.RunAsync(program.Command with { SystemCalls = SystemCallFilter.Default });

        Assert.That(MemoryMarshal.Read<long>(strict.StandardOutput.Bytes.Span), Is.EqualTo(-Errno.EPERM));
        Assert.That(MemoryMarshal.Read<long>(loose.StandardOutput.Bytes.Span), Is.Not.Negative);
    }

    [Test]
    public async Task A_filter_that_refuses_to_execute_is_an_error_of_the_start_and_the_child_ends()
    {
        using CallProgram program = new(Call("getppid"));
        SystemCallFilter filter = SystemCallFilter.Default with
        {
            Rules = [new(["execve", "execveat", "exit_group", "exit"], SystemCallAction.Errno(Errno.EACCES))],
        };

        SandboxException error = await program.Specification(filter).RefusalAsync(program.Command);

        Assert.That(error.Message, Does.StartWith("Cannot execute /payload/calls: EACCES"));
    }

    [Test]
    public async Task An_unknown_name_is_told_before_anything_starts()
    {
        using CallProgram program = new(Call("getppid"));
        SystemCallFilter filter = SystemCallFilter.Default with { Rules = [new(["get_ppid"], SystemCallAction.Allow)] };

        SandboxException error = await program.Specification(filter).RefusalAsync(program.Command);

        Assert.That(error.Message, Does.Contain("'get_ppid'").And.Contain("'getppid'"));
    }

    [Test]
    public async Task A_filter_above_the_kernel_s_size_is_told_before_anything_starts()
    {
        using CallProgram program = new(Call("getppid"));
        SystemCallRule[] rules =
        [
            .. Enumerable.Range(0, 5000).Select(value =>
                new SystemCallRule(
                    ["getppid"], SystemCallAction.Errno(value % 90))
                {
                    Comparisons = [ArgumentComparison.Equal(0, (ulong)value * 7)],
                }),
        ];

        SandboxException error = await program.Specification(SystemCallFilter.Default with { Rules = [.. rules] })
            .RefusalAsync(program.Command);

        Assert.That(error.Message, Does.Contain("at most 4096").And.Contain("getppid"));
    }

    [Test]
    public async Task A_call_that_kills_is_seen_in_the_result()
    {
        using CallProgram program = new(Call("getppid"));
        SystemCallFilter filter = SystemCallFilter.Default
            with
        { Rules = [new(["getppid"], SystemCallAction.KillProcess)] };

        SandboxResult result = await Guest.Provider.RunAsync(program.Specification(filter), program.Command);

        Assert.That((result.Outcome, result.Signal), Is.EqualTo((SandboxOutcome.SystemCallDenied, UnixSignal.SIGSYS)));
    }

    private static (long Number, ulong[] Arguments) Call(string name, params long[] arguments)
    {
        ulong[] all = new ulong[6];
        for (int index = 0; index < arguments.Length; index++)
        {
            all[index] = unchecked((ulong)arguments[index]);
        }

        return (Names.Numbers[name], all);
    }
}
