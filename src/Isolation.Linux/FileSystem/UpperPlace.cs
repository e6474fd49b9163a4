using System.Globalization;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Represents the location of a kept upper layer. overlayfs requires it and its work directory in one mount, so both
/// come from a clone of the mount that contains them, at their deepest common directory.
/// </summary>
/// <remarks>
/// It is found at each launch and is not part of the plan: a plan is reused, and the directories and their mounts may
/// have been replaced since.
/// </remarks>
/// <param name="Directory">The directory above both, without symbolic links.</param>
/// <param name="Upper">The upper directory below it.</param>
/// <param name="Work">The work directory below it.</param>
internal sealed record UpperPlace(string Directory, string Upper, string Work)
{
    internal static UpperPlace Find(PersistentUpper upper)
    {
        (string directory, string mount) = Locate(upper.Directory);
        (string workDirectory, string workMount) = Locate(upper.WorkDirectory);
        string common = CommonDirectory(directory, workDirectory);

        // A clone lacks the mounts below it: writes would go to the hidden directory underneath.
        if (mount != workMount || mount != Locate(common).Mount)
        {
            throw SandboxErrors.Refuse(
                new ProgramStep("find the upper layer", upper.Directory, StepKind.FindLayer), Errno.EINVAL,
                $"{upper.WorkDirectory} is on a different mount",
                "Put the upper and the work directory into one directory, and do not use mount points for "
                    + "them.");
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

    /// <summary>Gets the path without symbolic links, and the id of its mount.</summary>
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
