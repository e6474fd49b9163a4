using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Hostile;

/// <summary>Provides attempts to exhaust resources of the application.</summary>
internal static partial class Floods
{
    private const int Lines = 20_000;
    private const int Threads = 10_000;
    private const int BlockSize = 64 << 20;
    private const int Blocks = 128;

    public static string Log(ILogger logger)
    {
        for (int i = 0; i < Lines; i++)
        {
            LogNoise(logger, i);
        }

        return $"wrote {Lines} lines";
    }

    public static string WriteOutput()
    {
        for (int i = 0; i < Lines; i++)
        {
            Console.WriteLine("\u001b[31mnoise\u001b[0m");
        }

        return $"wrote {Lines} lines";
    }

    /// <summary>Writes to the channel directly, bypassing the library.</summary>
    public static async Task<string> SendRawAsync(byte[] bytes, CancellationToken cancellationToken)
    {
        int channel = int.Parse(Environment.GetEnvironmentVariable("ISOLATION_CHANNEL")!, CultureInfo.InvariantCulture);
        using SafeFileHandle handle = new(channel, ownsHandle: false);
        using FileStream stream = new(handle, FileAccess.Write, bufferSize: 0);
        await stream.WriteAsync(bytes, cancellationToken);
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return "sent";
    }

    public static string TakeMemory()
    {
        List<byte[]> taken = [];
        for (int i = 0; i < Blocks; i++)
        {
            byte[] block = GC.AllocateUninitializedArray<byte>(BlockSize);
            for (int page = 0; page < block.Length; page += 4096)
            {
                block[page] = 1;
            }

            taken.Add(block);
        }

        return $"took {taken.Count * (long)BlockSize >> 30} GiB";
    }

    public static string StartThreads()
    {
        using ManualResetEventSlim end = new();
        int started = 0;
        try
        {
            for (; started < Threads; started++)
            {
                new Thread(end.Wait, 64 << 10) { IsBackground = true }.Start();
            }

            return $"started {started} threads";
        }
        finally
        {
            end.Set();
        }
    }

    public static string Spin()
    {
        while (true)
        {
        }
    }

    [LoggerMessage(1, LogLevel.Critical, "Noise {Number}\nforged line")]
    private static partial void LogNoise(ILogger logger, int number);
}
