using System.Globalization;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Setup;

/// <summary>
/// Where a kept upper layer lies. overlayfs wants it and its work folder in one mount, so what is taken is a
/// clone of the mount that holds both, from the deepest folder that does.
/// </summary>
/// <param name="Folder">The folder above both, without links.</param>
/// <param name="Upper">The upper folder below it.</param>
/// <param name="Work">The work folder below it.</param>
internal sealed record UpperPlace(string Folder, string Upper, string Work)
{
    internal static UpperPlace Find(KeptUpper upper)
    {
        (string folder, string mount) = Locate(upper.Folder);
        (string workFolder, string workMount) = Locate(upper.WorkFolder);
        string common = CommonFolder(folder, workFolder);

        // A clone of a mount does not have what is mounted in it: writes would go to a folder that nobody sees.
        if (mount != workMount || mount != Locate(common).Mount)
        {
            throw new SandboxException(
                $"find the upper layer {upper.Folder}", upper.Folder, Errno.EINVAL, nameof(Errno.EINVAL), $"{upper.WorkFolder} is in another mount",
                "Put the upper and the work folder next to each other, into one folder that neither is mounted in.");
        }

        return new UpperPlace(common, folder[common.Length..].TrimStart('/'), workFolder[common.Length..].TrimStart('/'));
    }

    internal static string CommonFolder(string first, string second)
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
        int folder = (int)Errors.Check(
            Kernel.openat(Kernel.AtFdcwd, path, Kernel.OPath | Kernel.ODirectory | Kernel.OCloexec), "find the upper layer", path, StepKind.FindLayer);
        try
        {
            string number = folder.ToString(CultureInfo.InvariantCulture);
            string place = new FileInfo($"/proc/self/fd/{number}").LinkTarget ?? path;
            return (place, File.ReadLines($"/proc/self/fdinfo/{number}").FirstOrDefault(line => line.StartsWith("mnt_id:", StringComparison.Ordinal)) ?? "");
        }
        finally
        {
            Kernel.close(folder);
        }
    }
}
