namespace Isolation.CodeJudge.Tests.Support;

/// <summary>Represents a temporary directory for one test.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("code-judge-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
