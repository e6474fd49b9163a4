namespace Isolation;

/// <summary>
/// Runs two sandboxed programs that communicate: the standard output of each is the standard input of the other.
/// </summary>
/// <remarks>
/// The application forwards and records all data as it arrives. The class is intended for interactive problems of
/// online judges: an untrusted solution answers the questions of an interactor, which reports its verdict by its exit
/// code. When one program ends, the other reads the end of its input, and receives SIGPIPE if it continues to write, as
/// with a pipe. Each program has its own limits and its own result. Use a separate sandbox for each program; in a
/// shared sandbox, the solution could tamper with the interactor. <c>With…</c> methods replace a value. A run can be
/// started any number of times. Changing a run is not thread-safe.
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

    /// <summary>Initializes a run without programs.</summary>
    /// <param name="timeProvider">The time provider for the transcript and <see cref="WithGrace"/>. Default: the
    /// system's.</param>
    public InteractiveRun(TimeProvider? timeProvider = null) => _time = timeProvider ?? TimeProvider.System;

    /// <summary>Sets the program that is judged, in an existing sandbox.</summary>
    /// <exception cref="ArgumentException">The command is invalid, has a pipe, a terminal or a channel, or its standard
    /// input or output is not the default.</exception>
    public InteractiveRun WithSolution(ISandbox sandbox, SandboxCommand command)
    {
        _solution = Party(sandbox, command);
        return this;
    }

    /// <summary>Sets the program that is judged, in a sandbox that is created for each run.</summary>
    /// <inheritdoc cref="WithSolution(ISandbox, SandboxCommand)" path="/exception"/>
    public InteractiveRun WithSolution(
        ISandboxProvider provider, SandboxSpecification specification, SandboxCommand command)
    {
        _solution = Party(provider, specification, command);
        return this;
    }

    /// <summary>Sets the program that the solution communicates with, in an existing sandbox.</summary>
    /// <inheritdoc cref="WithSolution(ISandbox, SandboxCommand)" path="/exception"/>
    public InteractiveRun WithInteractor(ISandbox sandbox, SandboxCommand command)
    {
        _interactor = Party(sandbox, command);
        return this;
    }

    /// <summary>
    /// Sets the program that the solution communicates with, in a sandbox that is created for each run.
    /// </summary>
    /// <inheritdoc cref="WithSolution(ISandbox, SandboxCommand)" path="/exception"/>
    public InteractiveRun WithInteractor(
        ISandboxProvider provider, SandboxSpecification specification, SandboxCommand command)
    {
        _interactor = Party(provider, specification, command);
        return this;
    }

    /// <summary>
    /// Sets the wall-time limit of programs whose command sets none (<see cref="SandboxCommand.WallTime"/>). Both
    /// programs must have a wall-time limit, because two programs that wait for each other never end. More than zero.
    /// Default: null, none.
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
    /// Sets how long one program may continue after the other has ended, before it is killed
    /// (<see cref="SandboxOutcome.Canceled"/>). 0 or more. Default: null, until it ends or reaches one of its own
    /// limits.
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
    /// Sets the maximum number of bytes that a program may write to the other program and to standard error together,
    /// if its command sets none (<see cref="SandboxCommand.TotalOutput"/>). A program that writes more is killed
    /// (<see cref="SandboxOutcome.OutputExceeded"/>). 0 or more. Default: 64 MiB.
    /// </summary>
    public InteractiveRun WithOutputLimit(long limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _outputLimit = limit;
        return this;
    }

    /// <summary>
    /// Sets the maximum size of the transcript in bytes, where each message counts as at least 64. The conversation
    /// continues when the transcript is full (<see cref="InteractiveResult.IsTranscriptTruncated"/>). 0 or more.
    /// Default: 64 KiB.
    /// </summary>
    public InteractiveRun WithTranscript(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        _transcriptLimit = limit;
        return this;
    }

    /// <summary>Starts both programs and waits until both have ended.</summary>
    /// <remarks>
    /// Canceling the token kills both programs and is reported in their results, unless one program noticed the end of
    /// the other and ended by itself first. Only a token that is canceled before the start causes an exception.
    /// </remarks>
    /// <exception cref="InvalidOperationException">A program or a wall-time limit is missing.</exception>
    /// <exception cref="SandboxException">A sandbox cannot be created, or a program cannot be started. Nothing is left
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
            throw new InvalidOperationException($"The run requires two programs. Call {method}.");
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
                $"Both programs require a wall-time limit, because they could wait for each other forever. Call "
                + $"{nameof(WithWallTime)}, or set the command's WallTime.")
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
