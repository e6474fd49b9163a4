using System.Text;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>A place in a directory that is taken. Its path is only put together where it is told.</summary>
/// <param name="Above">The directory that it is in; null at the top.</param>
/// <param name="Name">Its name there.</param>
internal sealed record CopyOutTarget(CopyOutTarget? Above, FileName Name)
{
    /// <summary>Gets the path below the directory that is taken, as <see cref="FileName"/> writes names.</summary>
    public override string ToString()
    {
        StringBuilder path = new();
        Append(path);
        return path.ToString();
    }

    private void Append(StringBuilder path)
    {
        if (Above is not null)
        {
            Above.Append(path);
            path.Append('/');
        }

        path.Append(Name.ToString());
    }
}
