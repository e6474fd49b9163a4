namespace Isolation.Linux.Streams;

/// <summary>A descriptor that a command gets.</summary>
/// <param name="Number">Its number for the command.</param>
/// <param name="Position">Its position among the descriptors of the message.</param>
internal readonly record struct PassedDescriptor(int Number, int Position);
