namespace Isolation.Linux.Cgroups.Systemd;

/// <summary>Specifies a header field of a message, by its number in the D-Bus specification.</summary>
internal enum BusField
{
    Path = 1,
    Interface = 2,
    Member = 3,
    ErrorName = 4,
    ReplySerial = 5,
    Destination = 6,
    Signature = 8,
}
