namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>The kinds of messages, by the numbers of the D-Bus specification.</summary>
internal enum BusMessageKind
{
    Call = 1,
    Answer = 2,
    Error = 3,
    Signal = 4,
}
