using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;
using Microsoft.Win32.SafeHandles;

namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// Represents a loaded device program. It can be disposed while attached, because the cgroup keeps it.
/// </summary>
internal sealed class DeviceProgram : IDisposable
{
    private const int LogSize = 64 * 1024;

    private readonly SafeFileHandle _program;

    private DeviceProgram(SafeFileHandle program) => _program = program;

    /// <summary>Loads a program that enforces rules.</summary>
    /// <exception cref="SandboxException">The kernel refuses the program.</exception>
    internal static DeviceProgram Load(IEnumerable<DevicesByNumber> rules) =>
        Load(DeviceProgramAssembler.Assemble(rules));

    internal static DeviceProgram Load(ReadOnlySpan<BpfInstruction> instructions)
    {
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<BpfInstruction, ulong>(instructions);
        long result = Kernel.bpf_prog_load(Kernel.BpfProgTypeCgroupDevice, words, []);
        if (result >= 0)
        {
            return new DeviceProgram(new SafeFileHandle((nint)result, ownsHandle: true));
        }

        // A log takes time and is only useful for a program that is refused.
        byte[] log = new byte[LogSize];
        long second = Kernel.bpf_prog_load(Kernel.BpfProgTypeCgroupDevice, words, log);
        if (second >= 0)
        {
            return new DeviceProgram(new SafeFileHandle((nint)second, ownsHandle: true));
        }

        string text = Kernel.TextOf(log).Trim();
        string action = "load the device program" + (text.Length > 0 ? $" (verifier log: {text})" : "");
        throw SandboxErrors.Create(new ProgramStep(action, null, StepKind.LoadDeviceProgram), (int)-result);
    }

    /// <summary>
    /// Enforces the rules on a cgroup and its descendants, in addition to programs that are already attached.
    /// </summary>
    internal void Attach(string directory)
    {
        using SafeFileHandle group = Open(directory);
        Attach(group, directory);
    }

    /// <summary>Detaches the program from a cgroup.</summary>
    internal void Detach(string directory)
    {
        using SafeFileHandle group = Open(directory);
        Detach(group, directory);
    }

    /// <summary>
    /// Enforces the rules on a cgroup and its descendants, in addition to programs that are already attached.
    /// </summary>
    /// <param name="group">A descriptor of the cgroup's directory.</param>
    /// <param name="name">The cgroup's name in errors.</param>
    internal void Attach(SafeFileHandle group, string name) =>
        SandboxErrors.Check(
            Kernel.bpf_prog_attach(group, _program, Kernel.BpfCgroupDevice, Kernel.BpfAllowMulti),
            "attach the device program to", name, StepKind.AttachDeviceProgram);

    /// <summary>Detaches the program from a cgroup.</summary>
    internal void Detach(SafeFileHandle group, string name) =>
        SandboxErrors.Check(
            Kernel.bpf_prog_detach(group, _program, Kernel.BpfCgroupDevice), "detach the device program from", name);

    public void Dispose() => _program.Dispose();

    private static SafeFileHandle Open(string directory) => new(
        (nint)SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, directory, Kernel.ORdonly | Kernel.ODirectory | Kernel.OCloexec),
            "open the cgroup", directory, StepKind.MakeGroup),
        ownsHandle: true);
}
