namespace Isolation.Linux.Host;

/// <summary>Provides the features that can be derived only from the kernel version.</summary>
internal static class KernelVersion
{
    /// <summary>The oldest supported kernel: the first with mount_setattr(2).</summary>
    internal static readonly Version OldestSupported = new(5, 12);

    /// <summary>The first kernel whose overlayfs accepts layers with mapped owners.</summary>
    internal static readonly Version MappedLayers = new(5, 19);

    /// <summary>
    /// Gets a value indicating whether overlayfs accepts layers with mapped owners on the running kernel.
    /// </summary>
    internal static bool CanMapOwnersOfLayers => Environment.OSVersion.Version >= MappedLayers;
}
