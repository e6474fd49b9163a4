using Isolation.Linux.Host;
using Isolation.Linux.Interop;

namespace Isolation.Linux.Landlock;

/// <summary>What the kernel says of Landlock.</summary>
/// <param name="Abi">The level of its interface, 1 or more; 0 where there is none.</param>
/// <param name="Error">Why there is none: a negated error number; else 0.</param>
internal sealed record LandlockSupport(int Abi, int Error)
{
    /// <summary>The newest level whose rights are known here. A newer kernel knows these too.</summary>
    internal const int NewestKnownAbi = 8;

    private static readonly string[] Kernels = ["5.13", "5.19", "6.2", "6.7", "6.10", "6.12", "6.15", "7.0"];

    private static readonly Lazy<LandlockSupport> Shared = new(() => FromAnswer(Kernel.landlock_abi()));

    /// <summary>Of this host. It cannot change while the host is up.</summary>
    internal static LandlockSupport Current => Shared.Value;

    /// <summary>Why there is none; null where there is one.</summary>
    internal Obstacle? Obstacle => Error switch
    {
        0 => null,
        -Errno.ENOSYS => new(
            "The kernel has no Landlock.",
            "Use Linux 5.13 or newer, built with CONFIG_SECURITY_LANDLOCK=y; in a container, its system-call filter "
                + "must let landlock_create_ruleset(2) pass."),
        -Errno.ENOTSUP => new(
            "Landlock is built into the kernel, but was not switched on when it was booted.",
            "Boot the host with landlock at the front of the list of security modules: lsm=landlock,… with the names "
                + "that /sys/kernel/security/lsm has."),
        -Errno.EPERM or -Errno.EACCES => new(
            $"Something refuses landlock_create_ruleset(2) with {ErrnoText.Name(-Error)}.",
            "Let the container's system-call filter (seccomp profile) pass the three calls landlock_*."),
        _ => new($"landlock_create_ruleset(2) fails with {ErrnoText.Name(-Error)} ({ErrnoText.Text(-Error)}).", null),
    };

    internal static LandlockSupport FromAnswer(long answer) => answer > 0
        ? new((int)answer, 0)
        : new(0, answer == 0 ? -Errno.ENOSYS : (int)answer);

    /// <summary>The first kernel with a level.</summary>
    internal static string KernelOf(int abi) => Kernels[Math.Clamp(abi, 1, NewestKnownAbi) - 1];

    internal FeatureSupport ForProbe() =>
        Obstacle?.For(IsolationFeature.Landlock)
        ?? new FeatureSupport(
            IsolationFeature.Landlock, true,
            $"Landlock ABI "
            + $"{Abi}{(Abi > NewestKnownAbi ? $", of which the rights up to ABI {NewestKnownAbi} are used" : "")}.",
            null);
}
