namespace Isolation.Plugins;

/// <summary>A plug-in that is called by an interface.</summary>
/// <typeparam name="TContract">The interface: methods that return tasks, with values as parameters and
/// results.</typeparam>
public interface IPlugin<out TContract> : IPlugin
    where TContract : class
{
    /// <summary>
    /// Calls the plug-in: <c>plugin.CallAsync((greeter, token) => greeter.GreetAsync("you", token))</c>. Pass the token
    /// on: it is how the plug-in learns that nobody waits any more. One that does not answer within
    /// <see cref="PluginOptions.CancellationGrace"/> then is killed.
    /// </summary>
    /// <typeparam name="TResult">What the call gives. It comes from the plug-in and is untrusted.</typeparam>
    /// <param name="request">The call; the proxy must not be kept.</param>
    /// <param name="deadline">The longest time, with the wait for a plug-in that is being started. Default: null,
    /// <see cref="PluginOptions.CallTimeout"/>.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="PluginCallException">The plug-in answered with an error.</exception>
    /// <exception cref="PluginUnavailableException">The plug-in does not run, or ended before it answered.</exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The plug-in was disposed.</exception>
    Task<TResult> CallAsync<TResult>(
        Func<TContract, CancellationToken, Task<TResult>> request, TimeSpan? deadline = null,
        CancellationToken cancellationToken = default);
}
