using System.Runtime.InteropServices;

namespace Isolation.Linux.Init;

/// <summary>
/// Describes the file in which the init of a detached sandbox records what became of its commands. Each entry of init's
/// table has one slot, which the application clears before it sends a command.
/// </summary>
internal static class ExitTable
{
    /// <summary>The size of a slot, in bytes.</summary>
    internal const int SlotSize = ReaperOffset + ReportSize;

    /// <summary>The size of the table, in bytes.</summary>
    internal const int Size = InitProgram.EntryCount * SlotSize;

    /// <summary>
    /// The size of the record of the start: the message <see cref="InitMessageKind.Started"/> and the time of the
    /// start, or the message <see cref="InitMessageKind.Failed"/>.
    /// </summary>
    internal const int StartSize = 48;

    private const int ReportSize = 256;
    private const int ExitOffset = 64;
    private const int ReaperOffset = ExitOffset + ReportSize;

    /// <summary>Gets the offset of a slot, where the start of the command is recorded.</summary>
    internal static int Start(int entry) => entry * SlotSize;

    /// <summary>Gets the offset of the report of the command's own process.</summary>
    internal static int Exit(int entry) => Start(entry) + ExitOffset;

    /// <summary>Gets the offset of the report of the command's reaper.</summary>
    internal static int Reaper(int entry) => Start(entry) + ReaperOffset;

    /// <summary>Reads the record of a command's start from its slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="message">The message about the start, or about its failure.</param>
    /// <param name="startedAt">The time of the start on the sandbox's monotonic clock.</param>
    /// <returns>Whether there is a record.</returns>
    internal static bool TryReadStart(ReadOnlySpan<byte> slot, out InitMessage message, out TimeSpan startedAt)
    {
        message = default;
        startedAt = default;
        if (MemoryMarshal.Read<long>(slot) == 0)
        {
            return false;
        }

        message = InitMessage.Read(slot[..StartSize]);
        startedAt = message.StartedAt;
        return true;
    }

    /// <summary>Reads the report of the end of the command's own process, or of its reaper.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="ofReaper">Whether to read the report of the reaper.</param>
    /// <param name="report">The report.</param>
    /// <returns>Whether there is a report.</returns>
    internal static bool TryReadExit(ReadOnlySpan<byte> slot, bool ofReaper, out ExitReport report)
    {
        ReadOnlySpan<byte> part = slot.Slice(ofReaper ? ReaperOffset : ExitOffset, ReportSize);
        report = default;
        if (MemoryMarshal.Read<long>(part) == 0)
        {
            return false;
        }

        report = InitMessage.Read(part).Exit;
        return true;
    }
}
