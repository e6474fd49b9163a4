using System.Collections.Immutable;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Landlock;

/// <summary>Represents the part of a policy that a kernel supports, and reports the rest.</summary>
internal sealed record LandlockPlan
{
    /// <summary>The rights that apply to files other than directories.</summary>
    internal const LandlockFileAccess OfFiles =
        LandlockFileAccess.Execute | LandlockFileAccess.WriteFile | LandlockFileAccess.ReadFile
            | LandlockFileAccess.Truncate | LandlockFileAccess.IoctlDevice;

    private const int PortAbi = 4;
    private const int ScopeAbi = 6;
    private const int LoggingAbi = 7;

    internal required int Abi { get; init; }

    internal LandlockFileAccess Files { get; init; }

    internal LandlockPortAccess Ports { get; init; }

    internal LandlockScopes Scopes { get; init; }

    internal LandlockLogging Logging { get; init; }

    internal ImmutableArray<NotApplied> NotApplied { get; init; } = [];

    /// <summary>Gets a value indicating whether nothing can be enforced.</summary>
    internal bool IsEmpty => Files == 0 && Ports == 0 && Scopes == 0;

    /// <summary>Creates the plan of a policy for a kernel.</summary>
    /// <exception cref="SandboxException">The kernel does not support a required part.</exception>
    internal static LandlockPlan Make(LandlockPolicy policy, LandlockSupport support)
    {
        ImmutableArray<NotApplied>.Builder missing = ImmutableArray.CreateBuilder<NotApplied>();
        LandlockFileAccess wanted = policy.HandledFileAccess ?? LandlockFileAccess.All;

        // For "all rights the kernel knows", even Require accepts the supported rights, unless Landlock is not
        // available at all.
        Requirement newer = policy.HandledFileAccess is null && support.Abi > 0
            ? Requirement.Prefer
            : policy.FileRequirement;
        LandlockFileAccess files = wanted & KnownFiles(support.Abi);
        // Without the Refer right, any policy forbids moving files between directories, which ordinary programs do
        // frequently.
        bool leavesFilesAlone = support.Abi > 0
            && policy is { MountRules: LandlockMountRules.Follow, FileRequirement: Requirement.Prefer }
            && (wanted & LandlockFileAccess.Refer & ~files) != 0;
        files = leavesFilesAlone ? 0 : files;
        if (files != wanted)
        {
            LandlockFileAccess lacking = wanted & ~files;
            string what = support.Abi == 0 || leavesFilesAlone
                ? "restrict files with Landlock"
                : $"restrict files with Landlock: {lacking}";
            string? effect = support.Abi == 0 ? null
                : leavesFilesAlone
                    ? "Any policy would forbid moving files between directories, so files are not restricted."
                : lacking.HasFlag(LandlockFileAccess.Refer)
                    ? "Moving and linking files between directories stays forbidden, and the other rights stay "
                    + "unrestricted."
                : "These rights stay unrestricted.";
            Report(what, AbiOf(leavesFilesAlone ? LandlockFileAccess.Refer : lacking), newer, effect, support, missing);
        }

        LandlockPortAccess ports = support.Abi >= PortAbi ? policy.HandledPortAccess : 0;
        if (ports != policy.HandledPortAccess)
        {
            Report($"restrict TCP ports with Landlock: {policy.HandledPortAccess}", PortAbi, policy.PortRequirement,
                null, support, missing);
        }

        LandlockScopes scopes = support.Abi >= ScopeAbi ? policy.Scopes : 0;
        if (scopes != policy.Scopes)
        {
            Report($"confine a command with Landlock: {policy.Scopes}", ScopeAbi, policy.ScopeRequirement, null,
                support, missing);
        }

        LandlockLogging logging = support.Abi >= LoggingAbi ? policy.Logging : 0;
        if (logging != policy.Logging)
        {
            Report($"configure Landlock logging: {policy.Logging}", LoggingAbi, policy.LoggingRequirement, null,
                support, missing);
        }

        return new LandlockPlan
        {
            Abi = support.Abi,
            Files = files,
            Ports = ports,
            Scopes = scopes,
            Logging = logging,
            NotApplied = missing.ToImmutable()
        };
    }

    private static LandlockFileAccess KnownFiles(int abi) => abi switch
    {
        <= 0 => LandlockFileAccess.None,
        1 => LandlockFileAccess.Refer - 1,
        2 => LandlockFileAccess.Truncate - 1,
        3 or 4 => LandlockFileAccess.IoctlDevice - 1,
        _ => LandlockFileAccess.All,
    };

    /// <summary>Gets the lowest ABI that has all specified rights.</summary>
    private static int AbiOf(LandlockFileAccess access)
    {
        int abi = 1;
        while ((access & ~KnownFiles(abi)) != 0)
        {
            abi++;
        }

        return abi;
    }

    private static void Report(
        string what, int abi, Requirement requirement, string? effect, LandlockSupport support,
        ImmutableArray<NotApplied>.Builder missing)
    {
        Obstacle obstacle = support.Obstacle ?? new Obstacle(
            $"The kernel supports Landlock ABI {support.Abi}; this requires ABI {abi}.",
            $"Use Linux {LandlockSupport.KernelOf(abi)} or newer, or make it optional (Requirement.Prefer).");
        int error = support.Error == 0 ? Errno.ENOTSUP : -support.Error;
        if (requirement == Requirement.Prefer && effect is not null)
        {
            obstacle = obstacle with { Reason = $"{obstacle.Reason} {effect}" };
        }

        obstacle.Refuse(requirement, new ProgramStep(what, null, StepKind.Landlock), error, missing);
    }
}
