namespace Isolation;

/// <summary>What the kernel kills when a sandbox's memory has run out.</summary>
public enum OutOfMemoryKill
{
    /// <summary>The process that it thinks frees the most.</summary>
    OneProcess,

    /// <summary>Every process of the command that it belongs to.</summary>
    WholeCommand,
}
