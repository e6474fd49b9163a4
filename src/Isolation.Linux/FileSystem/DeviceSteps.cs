using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;

namespace Isolation.Linux.FileSystem;

/// <summary>Builds a minimal /dev before placing it.</summary>
internal sealed class DeviceSteps(PlanningContext context, MountSteps mounts)
{
    private static readonly string[] Devices = ["null", "zero", "full", "random", "urandom", "tty"];

    private static readonly (string Name, string Text)[] Links =
    [
        ("fd", "/proc/self/fd"), ("stdin", "/proc/self/fd/0"), ("stdout", "/proc/self/fd/1"),
        ("stderr", "/proc/self/fd/2"),
    ];

    private static SystemCallTable Calls => SystemCallTable.Current;

    private ProgramBuilder B => context.Builder;

    internal void Add(DeviceMount devices, Action<long, string, string> place)
    {
        long memory = mounts.Temporary(
            $"make the devices for {devices.Target}", 65536, null, "755",
            Kernel.MountAttrNosuid | Kernel.MountAttrNoexec);
        foreach (string device in Devices)
        {
            B.Step("make the device", device, Calls.Mknodat, Value.Word(memory), B.AddText(device),
                0b1000_000_110_110_110, 0);
        }

        foreach ((string name, string text) in Links)
        {
            B.Step("make the link", name, Calls.Symlinkat, B.AddText(text), Value.Word(memory), B.AddText(name));
        }

        MakeDirectory(memory, "shm");
        MakeDirectory(memory, "mqueue");
        if (devices.Terminals == DeviceTerminals.Own)
        {
            MakeDirectory(memory, "pts");
            B.Step("make the link", "ptmx", Calls.Symlinkat, B.AddText("pts/ptmx"), Value.Word(memory),
                B.AddText("ptmx"));
        }

        // Mounts below wait until this one is in place.
        place(memory, "mount the devices on", devices.Target);
        foreach (string device in Devices)
        {
            PlaceIn(memory, mounts.CopyOf($"/dev/{device}"), device);
        }

        if (devices.SharedMemorySize > 0)
        {
            PlaceIn(
                memory,
                mounts.Temporary(
                    "make shared memory", devices.SharedMemorySize, null, "1777",
                    Kernel.MountAttrNosuid | Kernel.MountAttrNodev | Kernel.MountAttrNoexec),
                "shm");
        }

        if (devices.Terminals == DeviceTerminals.Own)
        {
            PlaceIn(
                memory,
                mounts.FileSystem(
                    "devpts", "make pseudo-terminals", null,
                    [
                        ("mode", "620"), ("ptmxmode", "666"),
                        ("max", devices.MaximumTerminals.ToString(CultureInfo.InvariantCulture)),
                    ],
                    Kernel.MountAttrNosuid | Kernel.MountAttrNoexec),
                "pts");
        }

        mounts.SetAttributes(
            "make read-only", devices.Target, memory, new MountAttributes { Set = Kernel.MountAttrReadOnly }, 0);
    }

    private void MakeDirectory(long memory, string name) =>
        B.Step("make the directory", name, Calls.Mkdirat, Value.Word(memory), B.AddText(name), 0b111_101_101);

    private void PlaceIn(long memory, long mount, string name) =>
        mounts.MoveTo("mount the device", name, mount, Value.Word(memory), name);
}
