namespace Isolation;

/// <summary>Provides sizes in bytes, written as <c>256.MiB()</c>.</summary>
public static class SizeExtensions
{
    /// <summary>Converts kibibytes (1,024 bytes) to bytes.</summary>
    /// <exception cref="OverflowException">The size is more than <see cref="long.MaxValue"/> bytes.</exception>
    public static long KiB(this int value) => ((long)value).KiB();

    /// <inheritdoc cref="KiB(int)"/>
    public static long KiB(this long value) => checked(value * 1024);

    /// <summary>Converts mebibytes (1,048,576 bytes) to bytes.</summary>
    /// <exception cref="OverflowException">The size is more than <see cref="long.MaxValue"/> bytes.</exception>
    public static long MiB(this int value) => ((long)value).MiB();

    /// <inheritdoc cref="MiB(int)"/>
    public static long MiB(this long value) => checked(value * 1024 * 1024);

    /// <summary>Converts gibibytes (1,073,741,824 bytes) to bytes.</summary>
    /// <exception cref="OverflowException">The size is more than <see cref="long.MaxValue"/> bytes.</exception>
    public static long GiB(this int value) => ((long)value).GiB();

    /// <inheritdoc cref="GiB(int)"/>
    public static long GiB(this long value) => checked(value * 1024 * 1024 * 1024);
}
