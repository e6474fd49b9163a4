using CodeJudge.Settings;
using Microsoft.Extensions.Options;

namespace CodeJudge.Storage;

/// <summary>
/// The directory of the database, which belongs to one judge at a time: two would judge the same submissions.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    private readonly FileStream _lock;

    public DataDirectory(IOptions<JudgeOptions> options)
    {
        Path = options.Value.FindDataDirectory();
        if (!OperatingSystem.IsWindows())
        {
            // What was sent in is nobody's business but the judge's.
            Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        try
        {
            // Let go of by the kernel when the process ends, however it ends.
            _lock = new FileStream(
                System.IO.Path.Combine(Path, "judge.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite,
                FileShare.None);
        }
        catch (IOException exception)
        {
            throw new InvalidOperationException(
                $"Another judge uses {Path}. Stop it, or name another directory: --Judge:DataDirectory=/path.",
                exception);
        }
    }

    public string Path { get; }

    public string ConnectionString => $"Data Source={System.IO.Path.Combine(Path, "judge.db")}";

    public void Dispose() => _lock.Dispose();
}
