using System.Text;

namespace Isolation.Linux.FileSystem.Transfer;

/// <summary>Represents a place in a copied directory. The path is composed only when it is reported.</summary>
/// <param name="Above">The parent directory; null at the top.</param>
/// <param name="Name">The name in the parent directory.</param>
internal sealed record CopyOutTarget(CopyOutTarget? Above, FileName Name)
{
    /// <summary>Gets the path below the copied directory, in the format of <see cref="FileName"/>.</summary>
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
