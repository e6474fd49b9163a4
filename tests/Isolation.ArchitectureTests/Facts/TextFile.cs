namespace Isolation.ArchitectureTests.Facts;

internal sealed record TextFile(string Path, string Text)
{
    public IEnumerable<string> Lines => Text.Split('\n');
}
