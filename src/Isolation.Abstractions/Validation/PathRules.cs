namespace Isolation;

/// <summary>Rules for paths. Each method returns what is wrong, or null.</summary>
internal static class PathRules
{
    // PATH_MAX and NAME_MAX of linux/limits.h; the former counts the NUL at the end.
    private const int MaximumLength = 4095;
    private const int MaximumNameLength = 255;

    /// <summary>A path of the host, or the text of a link: anything that the kernel can look up.</summary>
    public static string? FindFault(string? path) =>
        path is "" ? "Is empty." : TextRules.FindFault(path, MaximumLength);

    /// <summary>A path that must not depend on any process's working directory.</summary>
    public static string? FindAbsoluteFault(string? path) =>
        FindFault(path) ?? (path![0] == '/' ? null : $"Must be an absolute path, but is '{path}'.");

    /// <summary>
    /// The place of a mount inside the sandbox. There is one way to write it, so that two entries for the same place
    /// are seen to be that, and nobody has to know whether <c>..</c> is resolved before links or after them.
    /// </summary>
    public static string? FindTargetFault(string? path)
    {
        if (FindAbsoluteFault(path) is { } fault)
        {
            return fault;
        }

        ReadOnlySpan<char> rest = path.AsSpan(1);
        if (rest.IsEmpty)
        {
            return "Is the root itself; what is there is said by Root.";
        }

        if (rest[^1] == '/')
        {
            return $"Must not end with a slash, but is '{path}'.";
        }

        foreach (Range range in rest.Split('/'))
        {
            ReadOnlySpan<char> name = rest[range];
            if (name is "" or "." or "..")
            {
                return $"Must be normalised, without '//', '.' and '..', but is '{path}'.";
            }

            if (name.Length > MaximumNameLength / 3 && System.Text.Encoding.UTF8.GetByteCount(name) > MaximumNameLength)
            {
                return $"Contains a name of more than {MaximumNameLength} bytes.";
            }
        }

        return null;
    }
}
