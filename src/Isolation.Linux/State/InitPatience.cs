using Isolation.Linux.Interop;

namespace Isolation.Linux.State;

/// <summary>
/// Represents the patience of an application that attaches, with an init that does not answer: the init may be busy, or
/// stopped by a payload that has its user id.
/// </summary>
/// <param name="id">The id of the sandbox.</param>
/// <param name="pidfd">The pidfd of init.</param>
/// <param name="cancellationToken">A token that ends the patience.</param>
internal sealed class InitPatience(string id, int pidfd, CancellationToken cancellationToken)
{
    private const long EndNanoseconds = 200_000_000;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly long _begun = Environment.TickCount64;

    /// <summary>Gets or sets the time after which an init that does not answer is given up.</summary>
    internal static TimeSpan Limit { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Waits for a moment, and wakes an init that was stopped.</summary>
    /// <exception cref="SandboxException">The time is over.</exception>
    internal async Task PauseAsync()
    {
        Kernel.pidfd_send_signal(pidfd, (int)UnixSignal.SIGCONT);
        if (Environment.TickCount64 - _begun > Limit.TotalMilliseconds)
        {
            throw new SandboxException(
                "attach to the sandbox", id, 0, nameof(Errno.ETIMEDOUT),
                $"its first process did not answer within {Limit.TotalSeconds:0.#} seconds",
                "Try again, or end the sandbox with ISandboxProvider.StopAsync.");
        }

        await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for an answer.</summary>
    internal async Task WaitAsync(Task answer)
    {
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, PauseAsync()).Unwrap().ConfigureAwait(false);
        }

        if (!answer.IsCompletedSuccessfully)
        {
            // An init that ends closes its socket a moment before.
            Kernel.poll(pidfd, EndNanoseconds);
        }

        await answer.ConfigureAwait(false);
    }
}
