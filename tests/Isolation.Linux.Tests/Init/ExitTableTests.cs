using System.Runtime.InteropServices;
using Isolation.Linux.Init;

namespace Isolation.Linux.Tests.Init;

public sealed class ExitTableTests
{
    [Test]
    public void No_record_overlaps_the_next()
    {
        int report = Marshal.SizeOf<ExitReport>();

        Assert.That(ExitTable.Exit(7) - ExitTable.Start(7), Is.GreaterThanOrEqualTo(ExitTable.StartSize));
        Assert.That(ExitTable.Reaper(7) - ExitTable.Exit(7), Is.GreaterThanOrEqualTo(report));
        Assert.That(ExitTable.Start(8) - ExitTable.Reaper(7), Is.GreaterThanOrEqualTo(report));
        Assert.That(ExitTable.Start(InitProgram.EntryCount), Is.EqualTo(ExitTable.Size));
    }

    [Test]
    public void An_empty_slot_has_no_record()
    {
        byte[] slot = new byte[ExitTable.SlotSize];

        Assert.That(ExitTable.TryReadStart(slot, out _, out _), Is.False);
        Assert.That(ExitTable.TryReadExit(slot, ofReaper: false, out _), Is.False);
        Assert.That(ExitTable.TryReadExit(slot, ofReaper: true, out _), Is.False);
    }

    [Test]
    public void A_record_of_another_version_is_refused()
    {
        byte[] slot = new byte[ExitTable.SlotSize];
        MemoryMarshal.Write(slot, ((long)(InitMessage.Version + 1) << 32) | (long)InitMessageKind.Started);

        Assert.Throws<SandboxException>(() => ExitTable.TryReadStart(slot, out _, out _));
    }
}
