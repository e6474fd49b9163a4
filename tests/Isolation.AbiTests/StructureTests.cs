using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Isolation.Linux.Cgroups.Devices;
using Isolation.Linux.Interop;

namespace Isolation.AbiTests;

/// <summary>Tests the structures that the library passes to the kernel.</summary>
public sealed class StructureTests
{
    private static readonly StructureLayout[] Layouts =
    [
        new(typeof(CloneArguments), "struct clone_args", ["linux/types.h", "linux/sched.h"], new()
        {
            ["Flags"] = "flags", ["PidfdAddress"] = "pidfd", ["ChildTid"] = "child_tid", ["ParentTid"] = "parent_tid",
            ["ExitSignal"] = "exit_signal", ["Stack"] = "stack", ["StackSize"] = "stack_size", ["Tls"] = "tls",
            ["SetTid"] = "set_tid",
            ["SetTidSize"] = "set_tid_size", ["Cgroup"] = "cgroup",
        }),
        new(typeof(MountAttributes), "struct mount_attr", ["linux/types.h", "linux/mount.h"], new()
        {
            ["Set"] = "attr_set", ["Clear"] = "attr_clr", ["Propagation"] = "propagation",
            ["UserNamespace"] = "userns_fd",
        }),
        new(typeof(Kernel.IoVector), "struct iovec", ["sys/uio.h"],
            new() { ["Base"] = "iov_base", ["Length"] = "iov_len" }),
        new(typeof(Kernel.MessageHeader), "struct msghdr", ["sys/socket.h"], new()
        {
            ["Name"] = "msg_name", ["NameLength"] = "msg_namelen", ["Parts"] = "msg_iov", ["PartCount"] = "msg_iovlen",
            ["Control"] = "msg_control", ["ControlLength"] = "msg_controllen", ["Flags"] = "msg_flags",
        }),
        new(typeof(Kernel.PollDescriptor), "struct pollfd", ["poll.h"], new()
        {
            ["Descriptor"] = "fd", ["Events"] = "events", ["Returned"] = "revents",
        }),
        new(typeof(Kernel.SeccompResponse), "struct seccomp_notif_resp", ["linux/seccomp.h"], new()
        {
            ["Id"] = "id", ["Value"] = "val", ["Error"] = "error", ["Flags"] = "flags",
        }),
        new(typeof(Kernel.SeccompAddedDescriptor), "struct seccomp_notif_addfd", ["linux/seccomp.h"], new()
        {
            ["Id"] = "id", ["Flags"] = "flags", ["Source"] = "srcfd", ["Number"] = "newfd",
            ["NumberFlags"] = "newfd_flags",
        }),
        new(typeof(Kernel.SeccompNotification), "struct seccomp_notif", ["linux/seccomp.h"], new()
        {
            ["Id"] = "id", ["ProcessId"] = "pid", ["Flags"] = "flags", ["Number"] = "data.nr",
            ["Architecture"] = "data.arch",
            ["InstructionPointer"] = "data.instruction_pointer", ["Arguments"] = "data.args",
        }),
        new(typeof(Kernel.SignalInformation), "siginfo_t", ["signal.h"], new()
        {
            ["Signal"] = "si_signo", ["Error"] = "si_errno", ["Code"] = "si_code", ["ProcessId"] = "si_pid",
            ["UserId"] = "si_uid", ["Status"] = "si_status",
        }),
        new(typeof(Kernel.PeerCredentials), "struct ucred", ["sys/socket.h"], new()
        {
            ["ProcessId"] = "pid", ["UserId"] = "uid", ["GroupId"] = "gid",
        }),
        new(typeof(ResourceUsage), "struct rusage", ["sys/time.h", "sys/resource.h"], new()
        {
            ["UserSeconds"] = "ru_utime.tv_sec", ["UserMicroseconds"] = "ru_utime.tv_usec",
            ["SystemSeconds"] = "ru_stime.tv_sec",
            ["SystemMicroseconds"] = "ru_stime.tv_usec", ["MaximumResidentSet"] = "ru_maxrss",
            ["_sharedText"] = "ru_ixrss", ["_unsharedData"] = "ru_idrss", ["_unsharedStack"] = "ru_isrss",
            ["MinorFaults"] = "ru_minflt", ["MajorFaults"] = "ru_majflt",
        }),
    ];

    // Structures for which programs only reserve space and write one or two words.
    private static readonly (string[] Headers, string Expression, long Value)[] Literals =
    [
        (["net/if.h"], "sizeof(struct ifreq)", 40),
        (["net/if.h"], "offsetof(struct ifreq, ifr_flags)", 16),
        (["linux/openat2.h"], "sizeof(struct open_how)", 24),
        (["linux/openat2.h"], "offsetof(struct open_how, mode)", 8),
        (["linux/openat2.h"], "offsetof(struct open_how, resolve)", 16),
        (["linux/resource.h"], "sizeof(struct rlimit64)", 16),
        (["linux/resource.h"], "offsetof(struct rlimit64, rlim_max)", 8),
        (["linux/capability.h"], "sizeof(struct __user_cap_header_struct)", 8),
        (["linux/capability.h"], "2 * sizeof(struct __user_cap_data_struct)", 24),
        (["linux/capability.h"], "offsetof(struct vfs_cap_data, data)", 4),
        (["sys/socket.h"], "CMSG_LEN(4)", 16 + 4),
        (["sys/socket.h"], "CMSG_SPACE(4)", Kernel.ControlSize(1)),
        (["sys/socket.h"], "CMSG_SPACE(12)", Kernel.ControlSize(3)),
        (["asm/signal.h"], "sizeof(sigset_t)", 8),
        (["asm/signal.h"], "sizeof(struct sigaction)", 32),
        (["linux/time.h"], "sizeof(struct timespec)", 16),
        (["linux/bpf.h"], "sizeof(struct bpf_insn)", 8),
        (["linux/bpf.h"], "offsetof(struct bpf_insn, off)", 2),
        (["linux/bpf.h"], "offsetof(struct bpf_insn, imm)", 4),
        (["linux/bpf.h"], "offsetof(struct bpf_cgroup_dev_ctx, access_type)", DeviceProgramAssembler.AccessTypeOffset),
        (["linux/bpf.h"], "offsetof(struct bpf_cgroup_dev_ctx, major)", DeviceProgramAssembler.MajorOffset),
        (["linux/bpf.h"], "offsetof(struct bpf_cgroup_dev_ctx, minor)", DeviceProgramAssembler.MinorOffset),
        (["linux/bpf.h"], "offsetof(union bpf_attr, insn_cnt)", 4),
        (["linux/bpf.h"], "offsetof(union bpf_attr, insns)", 8),
        (["linux/bpf.h"], "offsetof(union bpf_attr, license)", 16),
        (["linux/bpf.h"], "offsetof(union bpf_attr, log_level)", 24),
        (["linux/bpf.h"], "offsetof(union bpf_attr, log_size)", 28),
        (["linux/bpf.h"], "offsetof(union bpf_attr, log_buf)", 32),
        (["linux/bpf.h"], "offsetof(union bpf_attr, attach_bpf_fd)", 4),
        (["linux/bpf.h"], "offsetof(union bpf_attr, attach_type)", 8),
        (["linux/bpf.h"], "offsetof(union bpf_attr, attach_flags)", 12),
        (["linux/perf_event.h"], "offsetof(struct perf_event_attr, size)", 4),
        (["linux/perf_event.h"], "offsetof(struct perf_event_attr, config)", 8),
        (["linux/perf_event.h"], "offsetof(struct perf_event_attr, wakeup_events)", 48),
        (["linux/types.h", "linux/signalfd.h"], "sizeof(struct signalfd_siginfo)", 128),
    ];

    private static IEnumerable<TestCaseData<int>> Cases =>
        Layouts.Select((layout, index) => new TestCaseData<int>(index).SetArgDisplayNames(layout.ToString()));

    [Test]
    public void Each_structure_for_the_kernel_has_a_counterpart()
    {
        IEnumerable<Type> structures = typeof(Kernel).Assembly.GetTypes().Where(type =>
            type is { IsValueType: true, IsEnum: false, IsByRefLike: false, Namespace: "Isolation.Linux.Interop" }
            && type.GetCustomAttribute<CompilerGeneratedAttribute>() is null);

        Assert.That(Layouts.Select(layout => layout.Type), Is.EquivalentTo(structures));
    }

    [TestCaseSource(nameof(Cases))]
    public void Sizes_and_offsets_are_what_the_headers_say(int index)
    {
        NativeHeaders.Require();
        StructureLayout layout = Layouts[index];
        string size = $"sizeof({layout.NativeName})";
        string Offset(string member) => $"offsetof({layout.NativeName}, {member})";

        IReadOnlyDictionary<string, long> native = NativeHeaders.Evaluate(
            "", layout.Headers, [size, .. layout.Fields.Values.Select(Offset)]);

        Assert.Multiple(() =>
        {
            Assert.That(Marshal.SizeOf(layout.Type), Is.EqualTo(native[size]), size);
            Assert.That(
                layout.Fields.Keys,
                Is.EquivalentTo(
                    layout.Type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
                    .Select(field => field.Name)));
            foreach ((string field, string member) in layout.Fields)
            {
                Assert.That(
                    (long)Marshal.OffsetOf(layout.Type, field), Is.EqualTo(native[Offset(member)]),
                    $"{field} is {member}");
            }
        });
    }

    [Test]
    public void Sizes_that_are_written_out_are_what_the_headers_say()
    {
        NativeHeaders.Require();
        Assert.Multiple(() =>
        {
            foreach (IGrouping<string, (string[] Headers, string Expression, long Value)> group in Literals.GroupBy(
                literal => string.Join(' ', literal.Headers)))
            {
                IReadOnlyDictionary<string, long> native = NativeHeaders.Evaluate(
                    "", group.First().Headers, group.Select(literal => literal.Expression));
                foreach ((_, string expression, long value) in group)
                {
                    Assert.That(value, Is.EqualTo(native[expression]), expression);
                }
            }
        });
    }
}
