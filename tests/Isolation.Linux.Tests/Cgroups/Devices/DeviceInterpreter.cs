using Isolation.Linux.Cgroups.Devices;

namespace Isolation.Linux.Tests.Cgroups.Devices;

/// <summary>Interprets the few instructions of device programs as the kernel does.</summary>
internal static class DeviceInterpreter
{
    internal static bool Allows(BpfInstruction[] program, DeviceKind kind, DeviceAccess access, int major, int minor)
    {
        uint[] context = [((uint)access << 16) | (uint)kind, (uint)major, (uint)minor];
        ulong[] registers = new ulong[11];
        int next = 0;
        while (true)
        {
            BpfInstruction now = program[next++];
            ref ulong target = ref registers[now.Destination];
            switch (now.Code)
            {
                case BpfInstruction.LoadWord:
                    target = context[now.Offset / 4];
                    break;
                case BpfInstruction.And32:
                    target = (uint)target & (uint)now.Immediate;
                    break;
                case BpfInstruction.ShiftRight32:
                    target = (uint)target >> now.Immediate;
                    break;
                case BpfInstruction.Copy32:
                    target = (uint)registers[now.Source];
                    break;
                case BpfInstruction.Set32:
                    target = (uint)now.Immediate;
                    break;
                case BpfInstruction.JumpIfNotEqual:
                    next += target != (ulong)now.Immediate ? now.Offset : 0;
                    break;
                case BpfInstruction.Exit:
                    return registers[0] == 1;
                default:
                    throw new InvalidOperationException($"{now.Code:x2} is not an instruction of a device program.");
            }
        }
    }
}
