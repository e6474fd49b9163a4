namespace Isolation;

/// <summary>
/// Where the root file system of a sandbox comes from: <see cref="BuiltRoot"/>, <see cref="FolderRoot"/>,
/// <see cref="OverlayRoot"/>, <see cref="ChrootRoot"/> or <see cref="HostRoot"/>.
/// </summary>
public abstract record RootFileSystem
{
    private protected RootFileSystem()
    {
    }
}
