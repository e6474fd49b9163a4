using Isolation.Linux.Interop;

namespace Isolation.Linux.Host;

/// <summary>Represents the kernel's support for Landlock.</summary>
/// <param name="Abi">The ABI version, 1 or higher; 0 if Landlock is not available.</param>
/// <param name="Error">The negated error number if Landlock is not available; otherwise 0.</param>
internal sealed record LandlockSupport(int Abi, int Error)
{
    /// <summary>
    /// The newest ABI whose rights are known to this library. Newer kernels support these rights as well.
    /// </summary>
    internal const int NewestKnownAbi = 8;

    private static readonly string[] Kernels = ["5.13", "5.19", "6.2", "6.7", "6.10", "6.12", "6.15", "7.0"];

    private static readonly Lazy<LandlockSupport> Shared = new(() => FromAnswer(Kernel.landlock_abi()));

    /// <summary>Gets the support of this host, which cannot change while the host is running.</summary>
    internal static LandlockSupport Current => Shared.Value;

    /// <summary>Gets the reason why Landlock is not available; null if it is.</summary>
    internal Obstacle? Obstacle => Error switch
    {
        0 => null,
        -Errno.ENOSYS => new(
            "The kernel does not support Landlock.",
            "Use Linux 5.13 or newer, built with CONFIG_SECURITY_LANDLOCK=y; if a container's filter hides it, "
                + $"{ContainerFlags.Profile}."),
        -Errno.ENOTSUP => new(
            "Landlock is built into the kernel, but was not enabled at boot.",
            "Boot the host with landlock as the first security module: lsm=landlock,… followed by the names "
                + "in /sys/kernel/security/lsm."),
        -Errno.EPERM or -Errno.EACCES => new(
            $"landlock_create_ruleset(2) is refused with {ErrnoText.Name(-Error)}.",
            $"A container's filter refuses it: {ContainerFlags.Profile}."),
        _ => new($"landlock_create_ruleset(2) fails with {ErrnoText.Name(-Error)} ({ErrnoText.Text(-Error)}).", null),
    };

    internal static LandlockSupport FromAnswer(long answer) => answer > 0
        ? new((int)answer, 0)
        : new(0, answer == 0 ? -Errno.ENOSYS : (int)answer);

    /// <summary>Gets the first kernel version with an ABI.</summary>
    internal static string KernelOf(int abi) => Kernels[Math.Clamp(abi, 1, NewestKnownAbi) - 1];

    internal FeatureSupport ForProbe() =>
        Obstacle?.For(IsolationFeature.Landlock)
        ?? new FeatureSupport(
            IsolationFeature.Landlock, true,
            $"Landlock ABI "
            + $"{Abi}{(Abi > NewestKnownAbi ? $", of which the rights up to ABI {NewestKnownAbi} are used" : "")}.",
            null);
}
