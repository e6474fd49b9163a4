namespace Isolation.Linux.Cgroups.Devices;

/// <summary>Assembles an allow-list to a program of type <c>BPF_PROG_TYPE_CGROUP_DEVICE</c>.</summary>
/// <remarks>
/// The kernel runs the program, with a <c>struct bpf_cgroup_dev_ctx</c>, for each device that is opened or created. The
/// result is 1 to allow the access and 0 for <c>EPERM</c>. Each rule that covers the device clears the accesses it
/// allows from the requested ones; the access is allowed if none is left.
/// </remarks>
internal static class DeviceProgramAssembler
{
    /// <summary>The offset of the word with the kind in its low half and the access in its high half.</summary>
    internal const int AccessTypeOffset = 0;

    internal const int MajorOffset = 4;
    internal const int MinorOffset = 8;

    private const int Result = 0;
    private const int Context = 1;

    private const int Kind = 2;
    private const int Access = 3;
    private const int Major = 4;
    private const int Minor = 5;

    internal static BpfInstruction[] Assemble(IEnumerable<DevicesByNumber> rules)
    {
        List<BpfInstruction> program =
        [
            new(BpfInstruction.LoadWord, Kind, Context, AccessTypeOffset),
            new(BpfInstruction.Copy32, Access, Kind),
            new(BpfInstruction.And32, Kind, immediate: 0xFFFF),
            new(BpfInstruction.ShiftRight32, Access, immediate: 16),
            new(BpfInstruction.LoadWord, Major, Context, MajorOffset),
            new(BpfInstruction.LoadWord, Minor, Context, MinorOffset),
        ];
        foreach (DevicesByNumber rule in Merge(rules))
        {
            AddRule(program, rule);
            if (rule is { Kind: DeviceKind.Any, Major: null, Minor: null, Access: DeviceAccess.All })
            {
                // The verifier refuses programs with unreachable instructions.
                return [.. program];
            }
        }

        AddEnd(program, 0);
        return [.. program];
    }

    /// <summary>Merges the rules for the same set of devices.</summary>
    private static IEnumerable<DevicesByNumber> Merge(IEnumerable<DevicesByNumber> rules) =>
        rules.GroupBy(rule => rule with { Access = DeviceAccess.None })
            .Select(
                same => same.Key with { Access = same.Aggregate(DeviceAccess.None, (sum, rule) => sum | rule.Access) });

    private static void AddRule(List<BpfInstruction> program, DevicesByNumber rule)
    {
        List<BpfInstruction> body = [];
        List<int> jumps = [];
        void Demand(int register, int value)
        {
            jumps.Add(body.Count);
            body.Add(new(BpfInstruction.JumpIfNotEqual, register, immediate: value));
        }

        if (rule.Kind != DeviceKind.Any)
        {
            Demand(Kind, (int)rule.Kind);
        }

        if (rule.Major is { } major)
        {
            Demand(Major, major);
        }

        if (rule.Minor is { } minor)
        {
            Demand(Minor, minor);
        }

        if (rule.Access != DeviceAccess.All)
        {
            body.Add(new(BpfInstruction.And32, Access, immediate: (int)(DeviceAccess.All & ~rule.Access)));
            Demand(Access, 0);
        }

        AddEnd(body, 1);
        foreach (int jump in jumps)
        {
            // Relative to the instruction after the jump; the target is the instruction after the rule.
            body[jump] = new(
                BpfInstruction.JumpIfNotEqual, body[jump].Destination, offset: body.Count - jump - 1,
                immediate: body[jump].Immediate);
        }

        program.AddRange(body);
    }

    private static void AddEnd(List<BpfInstruction> program, int result)
    {
        program.Add(new(BpfInstruction.Set32, Result, immediate: result));
        program.Add(new(BpfInstruction.Exit));
    }
}
