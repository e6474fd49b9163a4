using CodeJudge.Settings;
using Microsoft.Extensions.Options;

namespace CodeJudge.Storage;

/// <summary>Represents the directory of the database.</summary>
/// <remarks>Only one judge can use it at a time, because two judges would judge the same submissions.</remarks>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    public DataDirectory(IOptions<JudgeOptions> options)
    {
        Path = options.Value.FindDataDirectory();
        if (!OperatingSystem.IsWindows())
        {
            // Submissions are confidential.
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        try
        {
            // The kernel releases the lock when the process ends for any reason.
            _lock = new FileStream(
                System.IO.Path.Combine(Path, "judge.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException(
                $"Another judge uses {Path}. Stop it, or specify another directory: --Judge:DataDirectory=/path.",
                exception);
        }
    }

    public string Path { get; }

    public string ConnectionString => $"Data Source={System.IO.Path.Combine(Path, "judge.db")}";

    public void Dispose() => _lock.Dispose();
}
