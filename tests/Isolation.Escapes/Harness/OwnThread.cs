using System.Runtime.ExceptionServices;

namespace Isolation.Escapes.Harness;

/// <summary>Runs code on a separate thread, whose exceptions fail the attack instead of ending the process.</summary>
internal static class OwnThread
{
    /// <summary>Runs a function on a new thread and waits for the thread to end.</summary>
    internal static T Run<T>(Func<T> body)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = body();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
