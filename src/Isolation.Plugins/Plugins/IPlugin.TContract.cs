namespace Isolation.Plugins;

/// <summary>Represents a plug-in that is called through an interface.</summary>
/// <typeparam name="TContract">
/// The interface, whose methods return tasks, and have values as parameters and results.
/// </typeparam>
public interface IPlugin<out TContract> : IPlugin
    where TContract : class
{
    /// <summary>
    /// Calls the plug-in: <c>plugin.CallAsync((greeter, token) => greeter.GreetAsync("you", token))</c>. Pass the token
    /// on, because it tells the plug-in when the call is canceled. A plug-in that does not answer within
    /// <see cref="PluginOptions.CancellationGrace"/> after that is killed.
    /// </summary>
    /// <typeparam name="TResult">
    /// The type of the result. The result comes from the plug-in and is untrusted.
    /// </typeparam>
    /// <param name="request">A function that makes the call. It must not keep the proxy.</param>
    /// <param name="deadline">
    /// The maximum time, including the wait for a plug-in that is starting. Default: null,
    /// <see cref="PluginOptions.CallTimeout"/>.
    /// </param>
    /// <param name="cancellationToken">A token that cancels the call.</param>
    /// <exception cref="TimeoutException">The deadline has passed.</exception>
    /// <exception cref="PluginCallException">The plug-in answered with an error.</exception>
    /// <exception cref="PluginUnavailableException">
    /// The plug-in is not running, or ended before it answered.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was canceled.</exception>
    /// <exception cref="ObjectDisposedException">The plug-in was disposed.</exception>
    Task<TResult> CallAsync<TResult>(
        Func<TContract, CancellationToken, Task<TResult>> request, TimeSpan? deadline = null,
        CancellationToken cancellationToken = default);
}
