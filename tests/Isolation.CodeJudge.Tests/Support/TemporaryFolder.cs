namespace Isolation.CodeJudge.Tests.Support;

/// <summary>A folder for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("code-judge-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
