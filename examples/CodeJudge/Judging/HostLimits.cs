using System.Collections.Immutable;
using CodeJudge.Settings;
using Isolation;
using Microsoft.Extensions.Options;

namespace CodeJudge.Judging;

/// <summary>
/// Finds out how this machine can limit memory and processes, once, when the judge starts. From then on every sandbox
/// has just these limits, or there is no sandbox.
/// </summary>
internal sealed class HostLimits(SandboxSource sandboxes, IOptions<JudgeOptions> options, ILogger<HostLimits> logger)
{
    /// <summary>
    /// The best first: all processes of a program end when its memory is used up; one does; swap is not counted.
    /// </summary>
    private static readonly ImmutableArray<SandboxLimits> Candidates =
    [
        new() { Swap = 0, OutOfMemoryKill = OutOfMemoryKill.WholeCommand },
        new() { Swap = 0 },
        new(),
    ];

    private SandboxLimits? _groups;

    /// <summary>What is weaker on this machine than it should be, for those who run it; null if nothing is.</summary>
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
            "Memory and processes are limited for each process of a program by itself, not for all of them together: "
            + $"{missing!.Feature}: {missing.Reason} {missing.Remedy}";
        JudgeLog.Weak(logger, Weakness);
    }

    /// <summary>
    /// A sandbox and a command with limits of memory, in bytes, and of processes and threads, in the best way of this
    /// machine.
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

        // Stacks of threads count as data, whether they are used or not.
        ulong data = (ulong)memory * 3;
        return new SandboxedProgram(specification with { Limits = null }, command with
        {
            ResourceLimits = command.ResourceLimits
                .Add(new ResourceLimit(LimitedResource.Data, data, data))
                .Add(new ResourceLimit(LimitedResource.Processes, (ulong)processes, (ulong)processes)),
        });
    }

    /// <summary>What a sandbox is not given when these limits are only preferred.</summary>
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
