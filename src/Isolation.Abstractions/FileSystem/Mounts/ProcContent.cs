namespace Isolation;

/// <summary>What a <see cref="ProcMount"/> shows.</summary>
public enum ProcContent
{
    /// <summary>Processes and the files about the system.</summary>
    Everything,

    /// <summary>Only the directories of processes (<c>subset=pid</c>).</summary>
    ProcessesOnly,
}
