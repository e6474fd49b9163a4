namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>Specifies the type of a message, by its number in the D-Bus specification.</summary>
internal enum BusMessageKind
{
    Call = 1,
    Answer = 2,
    Error = 3,
    Signal = 4,
}
