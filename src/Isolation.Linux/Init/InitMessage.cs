using System.Runtime.InteropServices;

namespace Isolation.Linux.Init;

/// <summary>
/// Represents one message from init. The low half of its first word is the kind, the high half the version of the
/// protocol: an application may attach to a sandbox that another version of the library created.
/// </summary>
internal readonly ref struct InitMessage
{
    /// <summary>
    /// The version of the protocol: of the messages, and of the addresses in init's memory to which programs refer.
    /// </summary>
    internal const int Version = 1;

    private readonly ReadOnlySpan<long> _words;

    private InitMessage(ReadOnlySpan<long> words) => _words = words;

    /// <summary>Gets the kind of the message.</summary>
    internal InitMessageKind Kind => (InitMessageKind)(int)_words[0];

    /// <summary>
    /// Gets the entry of the command, the number of the program, or <see cref="FailureMessage.SetupToken"/>.
    /// </summary>
    internal int Token => (int)_words[1];

    /// <summary>Gets the pairs of words about skipped steps, of <see cref="InitMessageKind.Ready"/>.</summary>
    internal ReadOnlySpan<long> Skipped => _words[1..];

    /// <summary>Gets the number of the failed step, counted from 1.</summary>
    internal int Step => (int)_words[2];

    /// <summary>Gets the error number of the failed step.</summary>
    internal int Error => (int)-_words[3];

    /// <summary>Gets the process id, of <see cref="InitMessageKind.Started"/>.</summary>
    internal int ProcessId => (int)_words[2];

    /// <summary>Gets the CPU time before the start, of <see cref="InitMessageKind.Started"/>.</summary>
    internal TimeSpan CpuTime => TimeSpan.FromMicroseconds(_words[3] / 1000.0);

    /// <summary>
    /// Gets the time of the start on the sandbox's monotonic clock, of <see cref="InitMessageKind.Started"/> from a
    /// command that replaces init.
    /// </summary>
    internal TimeSpan StartedAt => _words.Length < 6 ? TimeSpan.Zero
        : TimeSpan.FromSeconds(_words[4]) + TimeSpan.FromTicks(_words[5] / TimeSpan.NanosecondsPerTick);

    /// <summary>Gets the process id of the cloned init, of <see cref="InitMessageKind.Joined"/>.</summary>
    internal int JoinedProcessId => (int)_words[1];

    /// <summary>Gets the report, of <see cref="InitMessageKind.Exited"/>.</summary>
    internal ExitReport Exit => MemoryMarshal.Read<ExitReport>(MemoryMarshal.AsBytes(_words));

    /// <summary>Gets the first word of a message.</summary>
    internal static long Header(InitMessageKind kind) => ((long)Version << 32) | (long)kind;

    /// <summary>Reads a message.</summary>
    /// <exception cref="SandboxException">The message is of another version, or it is not one of init's.</exception>
    internal static InitMessage Read(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<long> words = MemoryMarshal.Cast<byte, long>(message);
        if (words.IsEmpty)
        {
            throw new SandboxException("The sandbox's init sent an incomplete message.");
        }

        if (words[0] >> 32 != Version)
        {
            throw new SandboxException(
                $"The sandbox's init speaks version {words[0] >> 32} of the protocol; this library speaks {Version}.");
        }

        InitMessage read = new(words);
        return words.Length >= MinimumWords(read.Kind)
            ? read
            : throw new SandboxException($"The sandbox's init sent an incomplete message ({read.Kind}).");
    }

    private static int MinimumWords(InitMessageKind kind) => kind switch
    {
        InitMessageKind.Failed or InitMessageKind.Started => 4,
        InitMessageKind.Joined => 2,
        InitMessageKind.Exited => Marshal.SizeOf<ExitReport>() / sizeof(long),
        _ => 1,
    };
}
