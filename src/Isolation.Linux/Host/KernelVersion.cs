namespace Isolation.Linux.Host;

/// <summary>Answers questions that only the version of the kernel answers.</summary>
internal static class KernelVersion
{
    private static readonly Version MappedLayers = new(5, 19);

    /// <summary>
    /// Gets a value indicating whether overlayfs accepts layers with mapped owners, which it does since Linux 5.19.
    /// </summary>
    internal static bool CanMapOwnersOfLayers => Environment.OSVersion.Version >= MappedLayers;
}
