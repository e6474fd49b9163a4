using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Where a kept upper layer lies. overlayfs wants it and its work directory in one mount, so what is taken is a
/// clone of the mount that holds both, from the deepest directory that does.
/// </summary>
/// <param name="Directory">The directory above both, without links.</param>
/// <param name="Upper">The upper directory below it.</param>
/// <param name="Work">The work directory below it.</param>
internal sealed record UpperPlace(string Directory, string Upper, string Work)
{
    internal static UpperPlace Find(PersistentUpper upper)
    {
        (string directory, string mount) = Locate(upper.Directory);
        (string workDirectory, string workMount) = Locate(upper.WorkDirectory);
        string common = CommonDirectory(directory, workDirectory);

        // A clone of a mount does not have what is mounted in it: writes would go to a directory that nobody sees.
        if (mount != workMount || mount != Locate(common).Mount)
        {
            throw new SandboxException(
                $"find the upper layer {upper.Directory}", upper.Directory, Errno.EINVAL, nameof(Errno.EINVAL),
                $"{upper.WorkDirectory} is in another mount",
                "Put the upper and the work directory next to each other, into one directory that neither is "
                    + "mounted in.");
        }

        return new UpperPlace(
            common, directory[common.Length..].TrimStart('/'), workDirectory[common.Length..].TrimStart('/'));
    }

    internal static string CommonDirectory(string first, string second)
    {
        int slash = 0;
        for (int i = 0; i < Math.Min(first.Length, second.Length) && first[i] == second[i]; i++)
        {
            slash = first[i] == '/' ? i : slash;
        }

        return slash == 0 ? "/" : first[..slash];
    }

    /// <summary>The path without links, and the number of the mount that it is in.</summary>
    private static (string Path, string Mount) Locate(string path)
    {
        int directory = (int)SandboxErrors.Check(
            Kernel.openat(Kernel.AtFdcwd, path, Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec),
            "find the upper layer", path, StepKind.FindLayer);
        try
        {
            string number = directory.ToString(CultureInfo.InvariantCulture);
            string place = new FileInfo($"/proc/self/fd/{number}").LinkTarget ?? path;
            return (place, File.ReadLines($"/proc/self/fdinfo/{number}").FirstOrDefault(
                line => line.StartsWith("mnt_id:", StringComparison.Ordinal)) ?? "");
        }
        finally
        {
            Kernel.close(directory);
        }
    }
}
