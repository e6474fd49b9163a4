using System.Runtime.ExceptionServices;

namespace Isolation.Escapes.Harness;

/// <summary>A thread of an attack's own, whose failure is that of the attack and not the end of the process.</summary>
internal static class OwnThread
{
    /// <summary>Does something on a thread that has ended when this returns.</summary>
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
