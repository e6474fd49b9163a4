using System.Text;

namespace Isolation.Plugins;

/// <summary>
/// Reads the output of an untrusted program line by line, at about 4 MiB per second. A line that exceeds the buffer is
/// split.
/// </summary>
internal static class OutputLines
{
    private const int LongestLine = 16 << 10;
    private const int ReadsPerSecond = 256;

    internal static async Task ReadAsync(Stream stream, Action<string> take, TimeProvider time)
    {
        TokenBucket reads = new(ReadsPerSecond, time);
        using StreamReader reader = new(stream, Encoding.UTF8);
        char[] buffer = new char[LongestLine];
        int length = 0;
        try
        {
            int count;
            while ((count = await reader.ReadAsync(buffer.AsMemory(length)).ConfigureAwait(false)) > 0)
            {
                length += count;
                length = TakeLines(buffer, length, take);
                while (!reads.TryTake(1, out TimeSpan wait))
                {
                    await Task.Delay(wait, time).ConfigureAwait(false);
                }
            }
        }
        catch (Exception exception)
            when (exception is IOException or InvalidOperationException or OperationCanceledException)
        {
            // The process ended, and the stream was closed.
        }

        if (length > 0)
        {
            take(new string(buffer, 0, length));
        }
    }

    private static int TakeLines(char[] buffer, int length, Action<string> take)
    {
        int start = 0;
        int end;
        while ((end = buffer.AsSpan(start, length - start).IndexOf('\n')) >= 0)
        {
            take(new string(buffer, start, end).TrimEnd('\r'));
            start += end + 1;
        }

        if (start == 0 && length == buffer.Length)
        {
            take(new string(buffer));
            return 0;
        }

        buffer.AsSpan(start, length - start).CopyTo(buffer);
        return length - start;
    }
}
