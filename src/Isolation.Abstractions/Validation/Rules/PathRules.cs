namespace Isolation;

/// <summary>Validates paths. Each method returns an error message, or null if the path is valid.</summary>
internal static class PathRules
{
    // PATH_MAX and NAME_MAX of linux/limits.h; the former counts the NUL at the end.
    private const int MaximumLength = 4095;
    private const int MaximumNameLength = 255;

    /// <summary>Validates a path of the host or the text of a link: any path that the kernel can resolve.</summary>
    public static string? FindFault(string? path) =>
        path is "" ? "Is empty." : TextRules.FindFault(path, MaximumLength);

    /// <summary>Validates a path that must not depend on the working directory of a process.</summary>
    public static string? FindAbsoluteFault(string? path) =>
        FindFault(path) ?? (path![0] == '/' ? null : $"Must be an absolute path, but is '{path}'.");

    /// <summary>
    /// Validates the target of a mount inside the sandbox. Only the normalized form is allowed, so that two entries for
    /// the same target are detected, and the order of resolving <c>..</c> and links does not matter.
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
            return "Is the root itself; use Root to specify it.";
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
                return $"Must be normalized, without '//', '.' and '..', but is '{path}'.";
            }

            if (name.Length > MaximumNameLength / 3 && System.Text.Encoding.UTF8.GetByteCount(name) > MaximumNameLength)
            {
                return $"Contains a name longer than {MaximumNameLength} bytes.";
            }
        }

        return null;
    }
}
