using System.Collections.Immutable;
using System.Text;
using Isolation.Linux.Cgroups.Layout;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Cgroups.Devices;

/// <summary>
/// Represents the device limit of a plan, applied to the cgroup of each sandbox. On v2 the program stays loaded while
/// the plan is in use, so further sandboxes only attach it. The plan's finalizer closes its descriptor.
/// </summary>
internal sealed class AllowedDevices(CgroupVersion version, ImmutableArray<DeviceRule> rules)
{
    private readonly Lock _gate = new();
    private Form? _last;

    private ImmutableArray<DeviceRule> Rules => rules;

    /// <summary>Limits a cgroup that has no children yet.</summary>
    /// <param name="directory">The directory of the cgroup.</param>
    /// <param name="refuse">Called with errors; if it returns, the failed rule is skipped.</param>
    /// <returns>The cgroup's program on v2; otherwise null.</returns>
    internal DeviceProgram? Apply(string directory, Action<SandboxException> refuse)
    {
        ImmutableArray<DevicesByNumber> devices = Resolve(refuse);
        if (version == CgroupVersion.V1)
        {
            Write(directory, FormOf(devices).Lines, refuse);
            return null;
        }

        try
        {
            DeviceProgram program = FormOf(devices).Program!;
            program.Attach(directory);
            return program;
        }
        catch (SandboxException refusal)
        {
            refuse(refusal);
            return null;
        }
    }

    /// <summary>Returns whether another limit allows exactly the same devices.</summary>
    internal bool AllowsTheSameAs(AllowedDevices? other) => other is not null && Rules.SequenceEqual(other.Rules);

    /// <summary>Allows every device in a v1 cgroup. Devices refused by its ancestors stay refused.</summary>
    internal static void Lift(string directory)
    {
        string allow = $"{directory}/devices.allow";
        long result = CgroupFiles.Write(allow, DeviceLines.All);
        if (result < 0)
        {
            throw Refusal(DeviceLines.All, allow, result, StepKind.AllowDevices);
        }
    }

    private static void Write(string directory, ImmutableArray<string> lines, Action<SandboxException> refuse)
    {
        string deny = $"{directory}/devices.deny", allow = $"{directory}/devices.allow";
        long result = CgroupFiles.Write(deny, DeviceLines.DenyAll);
        if (result < 0)
        {
            refuse(Refusal(DeviceLines.DenyAll, deny, result, StepKind.DenyDevices));
            return;
        }

        long file = Kernel.openat(Kernel.AtFdcwd, allow, Kernel.OWronly | Kernel.OCloexec);
        try
        {
            foreach (string line in lines)
            {
                result = file < 0 ? file : Kernel.write((int)file, Encoding.ASCII.GetBytes(line));
                if (result < 0)
                {
                    refuse(Refusal(line, allow, result, StepKind.AllowDevices));
                }
            }
        }
        finally
        {
            if (file >= 0)
            {
                Kernel.close((int)file);
            }
        }
    }

    private static SandboxException Refusal(string value, string file, long result, StepKind kind) =>
        SandboxErrors.Create(
            new ProgramStep($"set the limit {nameof(SandboxLimits.Devices)}: write {value} to", file, kind),
            (int)-result);

    private ImmutableArray<DevicesByNumber> Resolve(Action<SandboxException> refuse)
    {
        ImmutableArray<DevicesByNumber>.Builder devices = ImmutableArray.CreateBuilder<DevicesByNumber>(rules.Length);
        foreach (DeviceRule rule in rules)
        {
            if ((rule as DevicesByNumber ?? Find((DeviceByPath)rule, refuse)) is { } device)
            {
                devices.Add(device);
            }
        }

        return devices.ToImmutable();
    }

    private static DevicesByNumber? Find(DeviceByPath device, Action<SandboxException> refuse)
    {
        long result = Kernel.statx(device.Path, out int type, out int major, out int minor);
        if (result >= 0 && type is Kernel.BlockFile or Kernel.CharacterFile)
        {
            return new DevicesByNumber(
                type == Kernel.BlockFile ? DeviceKind.Block : DeviceKind.Character, major, minor, device.Access);
        }

        ProgramStep step = new(
            $"set the limit {nameof(SandboxLimits.Devices)}: find the device", device.Path, StepKind.FindDevice);
        refuse(result < 0
            ? SandboxErrors.Create(step, (int)-result)
            : SandboxErrors.Refuse(step, Errno.ENODEV));
        return null;
    }

    private Form FormOf(ImmutableArray<DevicesByNumber> devices)
    {
        lock (_gate)
        {
            if (_last is { } last && last.Devices.SequenceEqual(devices))
            {
                return last;
            }

            return _last = version == CgroupVersion.V1
                ? new Form(devices, DeviceLines.Allow(devices), null)
                : new Form(devices, [], DeviceProgram.Load(devices));
        }
    }

    /// <summary>Represents the compiled form of a list of devices.</summary>
    private sealed record Form(
        ImmutableArray<DevicesByNumber> Devices, ImmutableArray<string> Lines, DeviceProgram? Program);
}
