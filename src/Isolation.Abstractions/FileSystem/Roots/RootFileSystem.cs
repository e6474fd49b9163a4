namespace Isolation;

/// <summary>
/// Where the root file system of a sandbox comes from: <see cref="EmptyRoot"/>, <see cref="DirectoryRoot"/>,
/// <see cref="OverlayRoot"/>, <see cref="ChrootRoot"/> or <see cref="HostRoot"/>.
/// </summary>
public abstract record RootFileSystem
{
    private protected RootFileSystem()
    {
    }
}
