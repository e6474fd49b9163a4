using System.Collections.Immutable;
using CodeJudge.Settings;
using Isolation;
using Microsoft.Extensions.Options;

namespace CodeJudge.Judging;

/// <summary>Determines at startup how this machine can limit memory and processes.</summary>
/// <remarks>From then on, every sandbox has exactly these limits or is not created.</remarks>
internal sealed class HostLimits(SandboxSource sandboxes, IOptions<JudgeOptions> options, ILogger<HostLimits> logger)
{
    /// <summary>
    /// The candidates, best first: running out of memory kills all processes of a program; kills one process; swap is
    /// not limited.
    /// </summary>
    private static readonly ImmutableArray<SandboxLimits> Candidates =
    [
        new() { Swap = 0, OutOfMemoryKill = OutOfMemoryKill.WholeCommand },
        new() { Swap = 0 },
        new(),
    ];

    private SandboxLimits? _groups;

    /// <summary>Gets a description of limits that are weaker than intended on this machine, or null.</summary>
    public string? Weakness { get; private set; }

    public async Task FindAsync(CancellationToken cancellationToken)
    {
        ImmutableArray<NotApplied> anyway = await FindNotAppliedAsync(null, cancellationToken);
        NotApplied? missing = null;
        foreach (SandboxLimits candidate in Candidates)
        {
            missing = (await FindNotAppliedAsync(candidate, cancellationToken)).Except(anyway).FirstOrDefault();
            if (missing is null)
            {
                _groups = candidate;
                return;
            }
        }

        Weakness =
            "Memory and processes are limited for each process of a program, not for the program as a whole: "
            + $"{missing!.Feature}: {missing.Reason} {missing.Remedy}";
        JudgeLog.Weak(logger, Weakness);
    }

    /// <summary>
    /// Adds limits of memory, in bytes, and of processes and threads to a sandbox and a command, in the best way that
    /// this machine supports.
    /// </summary>
    public SandboxedProgram Limit(
        SandboxSpecification specification, SandboxCommand command, long memory, int processes)
    {
        command = command with { Nice = options.Value.Nice };
        if (_groups is not null)
        {
            return new SandboxedProgram(
                specification with { Limits = WithFigures(_groups, memory, processes) }, command);
        }

        // RLIMIT_DATA counts thread stacks, even if they are unused.
        ulong data = (ulong)memory * 3;
        return new SandboxedProgram(specification with { Limits = null }, command with
        {
            ResourceLimits = command.ResourceLimits
                .Add(new ResourceLimit(LimitedResource.Data, data, data))
                .Add(new ResourceLimit(LimitedResource.Processes, (ulong)processes, (ulong)processes)),
        });
    }

    /// <summary>
    /// Returns the features that are not applied to a sandbox in which these limits are only preferred.
    /// </summary>
    private async Task<ImmutableArray<NotApplied>> FindNotAppliedAsync(
        SandboxLimits? limits, CancellationToken cancellationToken)
    {
        SandboxSpecification specification = SandboxPresets.Judge().Build() with
        {
            Limits = limits is null
                ? null
                : WithFigures(limits, 64L << 20, 64) with { Requirement = Requirement.Prefer },
        };
        return (await sandboxes.RunAsync(
            new SandboxedProgram(specification, new SandboxCommand("true")), cancellationToken)).Report!.NotApplied;
    }

    private SandboxLimits WithFigures(SandboxLimits limits, long memory, int processes) =>
        limits with { Memory = memory, Processes = processes, Cpu = options.Value.ProgramCpus };
}
