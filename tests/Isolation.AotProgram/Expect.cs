namespace Isolation.AotProgram;

/// <summary>Provides assertions for the native program, since NUnit requires reflection.</summary>
internal static class Expect
{
    public static void Equal<T>(T expected, T actual, string what) =>
        True(EqualityComparer<T>.Default.Equals(expected, actual), $"{what}: expected {expected}, got {actual}");

    public static void True(bool condition, string what)
    {
        if (!condition)
        {
            Console.Error.WriteLine($"not so: {what}");
            Environment.Exit(1);
        }
    }

    public static async Task<TException> Throws<TException>(Func<Task> action)
        where TException : Exception
    {
        try
        {
            await action();
        }
        catch (TException exception)
        {
            return exception;
        }

        True(false, $"no {typeof(TException).Name} was thrown");
        throw new InvalidOperationException();
    }
}
