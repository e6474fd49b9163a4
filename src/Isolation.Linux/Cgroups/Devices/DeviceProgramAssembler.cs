namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// Makes an allow-list into a program of type <c>BPF_PROG_TYPE_CGROUP_DEVICE</c>. The kernel runs it for each device that
/// is opened or made, with a <c>struct bpf_cgroup_dev_ctx</c>; its result is 1 for yes and 0 for <c>EPERM</c>. A rule
/// allows an access that it covers as a whole, as in cgroup v1.
/// </summary>
internal static class DeviceProgramAssembler
{
    /// <summary>Kind in the low half, access in the high one.</summary>
    internal const int AccessTypeOffset = 0;

    internal const int MajorOffset = 4;
    internal const int MinorOffset = 8;

    private const int Result = 0;
    private const int Context = 1;

    /// <summary>The context is read at the start only, so its register serves afterwards.</summary>
    private const int Scratch = Context;

    private const int Kind = 2;
    private const int Access = 3;
    private const int Major = 4;
    private const int Minor = 5;

    internal static BpfInstruction[] Assemble(IEnumerable<DeviceRule> rules)
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
        foreach (DeviceRule rule in rules.Distinct())
        {
            AddRule(program, rule);
            if (rule.AllowsEverything)
            {
                // The verifier refuses a program with instructions that nothing leads to.
                return [.. program];
            }
        }

        AddEnd(program, 0);
        return [.. program];
    }

    private static void AddRule(List<BpfInstruction> program, DeviceRule rule)
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

        if (rule.Access != DeviceAccess.All)
        {
            body.Add(new(BpfInstruction.Copy32, Scratch, Access));
            body.Add(new(BpfInstruction.And32, Scratch, immediate: (int)(DeviceAccess.All & ~rule.Access)));
            Demand(Scratch, 0);
        }

        if (rule.Major is { } major)
        {
            Demand(Major, major);
        }

        if (rule.Minor is { } minor)
        {
            Demand(Minor, minor);
        }

        AddEnd(body, 1);
        foreach (int jump in jumps)
        {
            // Counted from the instruction behind the jump to the one behind the rule.
            body[jump] = new(BpfInstruction.JumpIfNotEqual, body[jump].Destination, offset: body.Count - jump - 1, immediate: body[jump].Immediate);
        }

        program.AddRange(body);
    }

    private static void AddEnd(List<BpfInstruction> program, int result)
    {
        program.Add(new(BpfInstruction.Set32, Result, immediate: result));
        program.Add(new(BpfInstruction.Exit));
    }
}
