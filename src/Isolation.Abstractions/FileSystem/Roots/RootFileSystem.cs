namespace Isolation;

/// <summary>
/// Specifies the source of a sandbox's root file system: <see cref="EmptyRoot"/>, <see cref="DirectoryRoot"/>,
/// <see cref="OverlayRoot"/>, <see cref="ChrootRoot"/> or <see cref="HostRoot"/>.
/// </summary>
public abstract record RootFileSystem
{
    private protected RootFileSystem()
    {
    }
}
