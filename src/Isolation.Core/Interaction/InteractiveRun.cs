namespace Isolation;

/// <summary>
/// Runs two sandboxed programs that talk to each other: the standard output of each is the standard input of the other.
/// What they say is passed on by the host as it comes, and written down. Made for interactive problems of judges: a
/// solution of a stranger, and the interactor that asks it and tells by its exit code what it thinks of the answers.
/// </summary>
/// <remarks>
/// When one of them ends, the other reads the end of its input, and is ended by SIGPIPE if it writes on, as at the ends
/// of a pipe. Each has its own limits, and its own verdict. Take a sandbox for each: in the same one a solution could
/// reach for the interactor. <c>With…</c> replaces; a run can be started any number of times. Not safe for changes from
/// several threads at once.
/// </remarks>
public sealed class InteractiveRun
{
    private readonly TimeProvider _time;
    private InteractiveParty? _solution;
    private InteractiveParty? _interactor;
    private TimeSpan? _wallTime;
    private TimeSpan? _grace;
    private long _outputLimit = 64 << 20;
    private int _transcriptLimit = 64 << 10;

    /// <summary>Two programs that are yet to be named.</summary>
    /// <param name="timeProvider">The clock for the transcript and <see cref="WithGrace"/>. Default: the
    /// system's.</param>
    public InteractiveRun(TimeProvider? timeProvider = null) => _time = timeProvider ?? TimeProvider.System;

    /// <summary>The program that is judged, in a sandbox that is up.</summary>
    /// <exception cref="ArgumentException">The command has errors, a pipe, a terminal or a channel, or its standard
    /// input or output are not at their defaults.</exception>
    public InteractiveRun WithSolution(ISandbox sandbox, SandboxCommand command)
    {
        _solution = Party(sandbox, command);
        return this;
    }

    /// <summary>The program that is judged, in a sandbox that is made for each run.</summary>
    /// <inheritdoc cref="WithSolution(ISandbox, SandboxCommand)" path="/exception"/>
    public InteractiveRun WithSolution(
        ISandboxProvider provider, SandboxSpecification specification, SandboxCommand command)
    {
        _solution = Party(provider, specification, command);
        return this;
    }

    /// <summary>The program that the solution talks to, in a sandbox that is up.</summary>
    /// <inheritdoc cref="WithSolution(ISandbox, SandboxCommand)" path="/exception"/>
    public InteractiveRun WithInteractor(ISandbox sandbox, SandboxCommand command)
    {
        _interactor = Party(sandbox, command);
        return this;
    }

    /// <summary>The program that the solution talks to, in a sandbox that is made for each run.</summary>
    /// <inheritdoc cref="WithSolution(ISandbox, SandboxCommand)" path="/exception"/>
    public InteractiveRun WithInteractor(
        ISandboxProvider provider, SandboxSpecification specification, SandboxCommand command)
    {
        _interactor = Party(provider, specification, command);
        return this;
    }

    /// <summary>
    /// How long each may take by the clock whose command does not say it (<see cref="SandboxCommand.WallTime"/>). Two
    /// programs that wait for each other would do so for ever, so both must have such a limit. More than zero. Default:
    /// null, none.
    /// </summary>
    public InteractiveRun WithWallTime(TimeSpan? limit)
    {
        if (limit is { } some)
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(some, TimeSpan.Zero, nameof(limit));
        }

        _wallTime = limit;
        return this;
    }

    /// <summary>
    /// How long the one may go on when the other has ended. Then it is killed (<see cref="SandboxOutcome.Canceled"/>).
    /// 0 or more. Default: null, until it ends or reaches a limit of its own.
    /// </summary>
    public InteractiveRun WithGrace(TimeSpan? grace)
    {
        if (grace is { } some)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(some, TimeSpan.Zero, nameof(grace));
        }

        _grace = grace;
        return this;
    }

    /// <summary>
    /// The most bytes that each may write, to the other and to standard error together, whose command does not say it
    /// (<see cref="SandboxCommand.TotalOutput"/>). Who writes more is killed
    /// (<see cref="SandboxOutcome.OutputExceeded"/>). 0 or more. Default: 64 MiB.
    /// </summary>
    public InteractiveRun WithOutputLimit(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _outputLimit = limit;
        return this;
    }

    /// <summary>
    /// How many bytes of what was said are kept, from the beginning on; a message counts as 64 at least. The
    /// conversation goes on when it is full (<see cref="InteractiveResult.IsTranscriptTruncated"/>). 0 or more.
    /// Default: 64 KiB.
    /// </summary>
    public InteractiveRun WithTranscript(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _transcriptLimit = limit;
        return this;
    }

    /// <summary>
    /// Starts both, and waits until both have ended. Canceling kills both, and the results say so unless one heard the
    /// end of the other and ended by itself first; only a token that is canceled before the start throws.
    /// </summary>
    /// <exception cref="InvalidOperationException">A program, or a limit of wall time, is missing.</exception>
    /// <exception cref="SandboxException">A sandbox cannot be made, or a program cannot be started. Nothing is left
    /// running.</exception>
    public async Task<InteractiveResult> RunAsync(CancellationToken cancellationToken = default)
    {
        (InteractiveParty solution, InteractiveParty interactor) = (Ready(_solution, nameof(WithSolution)),
            Ready(_interactor, nameof(WithInteractor)));
        (TimeSpan? grace, int transcriptLimit) = (_grace, _transcriptLimit);
        ISandbox? first = null, second = null;
        try
        {
            first = await solution.OpenAsync(cancellationToken).ConfigureAwait(false);
            second = await interactor.OpenAsync(cancellationToken).ConfigureAwait(false);
            ISandboxProcess left = await first.StartAsync(solution.Command, cancellationToken).ConfigureAwait(false);
            await using (left.ConfigureAwait(false))
            {
                ISandboxProcess right = await second.StartAsync(interactor.Command, cancellationToken)
                    .ConfigureAwait(false);
                await using (right.ConfigureAwait(false))
                {
                    return await TalkAsync(left, right, grace, transcriptLimit, cancellationToken)
                        .ConfigureAwait(false);
                }
            }
        }
        finally
        {
            await solution.CloseAsync(first).ConfigureAwait(false);
            await interactor.CloseAsync(second).ConfigureAwait(false);
        }
    }

    private static InteractiveParty Party(ISandbox sandbox, SandboxCommand command)
    {
        ArgumentNullException.ThrowIfNull(sandbox);
        ArgumentNullException.ThrowIfNull(command);
        return new InteractiveParty(sandbox, null, sandbox.Specification, command).Check();
    }

    private static InteractiveParty Party(
        ISandboxProvider provider, SandboxSpecification specification, SandboxCommand command)
    {
        ArgumentNullException.ThrowIfNull(provider);
        ArgumentNullException.ThrowIfNull(specification);
        ArgumentNullException.ThrowIfNull(command);
        return new InteractiveParty(null, provider, specification, command).Check();
    }

    private InteractiveParty Ready(InteractiveParty? party, string method)
    {
        if (party is null)
        {
            throw new InvalidOperationException($"Two programs are needed: {method} was not called.");
        }

        SandboxCommand command = party.Command with
        {
            StandardInput = InputSource.Pipe,
            StandardOutput = OutputTarget.Pipe,
            WallTime = party.Command.WallTime ?? _wallTime,
            TotalOutput = party.Command.TotalOutput ?? _outputLimit,
        };
        return command.WallTime is null
            ? throw new InvalidOperationException(
                $"Two programs that wait for each other would do so for ever: call {nameof(WithWallTime)}, or set the "
                + $"command's WallTime.")
            : party with { Command = command };
    }

    private async Task<InteractiveResult> TalkAsync(
        ISandboxProcess solution, ISandboxProcess interactor, TimeSpan? grace, int transcriptLimit,
        CancellationToken cancellationToken)
    {
        Conversation conversation = new(transcriptLimit, _time);
        Task passing = Task.WhenAll(
            conversation.PassOnAsync(InteractiveRole.Solution, solution.StandardOutput!, interactor.StandardInput!),
            conversation.PassOnAsync(InteractiveRole.Interactor, interactor.StandardOutput!, solution.StandardInput!));
        Task<SandboxResult> left = solution.WaitForExitAsync(CancellationToken.None),
        right = interactor.WaitForExitAsync(CancellationToken.None);
        CancellationTokenRegistration registration = cancellationToken.Register(() =>
        {
            _ = solution.KillAsync(CancellationToken.None);
            _ = interactor.KillAsync(CancellationToken.None);
        });
        await using (registration.ConfigureAwait(false))
        {
            Task<SandboxResult> ended = await Task.WhenAny(left, right).ConfigureAwait(false);
            if (grace is { } patience)
            {
                await EndAfterAsync(patience, ended == left ? interactor : solution, ended == left ? right : left)
                    .ConfigureAwait(false);
            }

            await Task.WhenAll(left, right).ConfigureAwait(false);
            await passing.ConfigureAwait(false);
        }

        return Judge(conversation, await left.ConfigureAwait(false), await right.ConfigureAwait(false));
    }

    private async Task EndAfterAsync(TimeSpan patience, ISandboxProcess process, Task<SandboxResult> end)
    {
        try
        {
            await end.WaitAsync(patience, _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await process.KillAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static InteractiveResult Judge(Conversation conversation, SandboxResult solution, SandboxResult interactor)
    {
        const int IdleShare = 4;
        InteractiveRole first = conversation.FirstToLeave ?? InteractiveRole.Solution;
        bool isLate = (first == InteractiveRole.Solution
            ? solution
            : interactor).Outcome == SandboxOutcome.WallTimeExceeded;
        bool IsIdle(SandboxResult result) =>
            (result.Usage?.CpuTime ?? (result.UserCpuTime + result.SystemCpuTime)) * IdleShare < conversation.Silence;
        return new InteractiveResult
        {
            Solution = solution,
            Interactor = interactor,
            FirstToLeave = first,
            HaveBothWaited = isLate && IsIdle(solution) && IsIdle(interactor),
            Transcript = conversation.Transcript,
            IsTranscriptTruncated = conversation.IsTruncated,
            SolutionBytes = conversation.BytesOf(InteractiveRole.Solution),
            InteractorBytes = conversation.BytesOf(InteractiveRole.Interactor),
            Duration = conversation.Elapsed,
        };
    }
}
