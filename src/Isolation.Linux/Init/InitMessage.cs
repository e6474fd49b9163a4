namespace Isolation.Linux.Init;

/// <summary>The first word of what init sends to the host.</summary>
internal enum InitMessage : long
{
    /// <summary>The sandbox is set up; the words of skipped steps follow.</summary>
    Ready = 1,

    /// <summary>A program failed: token, number of the step, negated error number.</summary>
    Failed = 2,

    /// <summary>A command was started: token, process id.</summary>
    Started = 3,

    /// <summary>A command ended: an <see cref="ExitReport"/>.</summary>
    Exited = 4,

    /// <summary>A program came without all of its descriptors, and the sandbox ends.</summary>
    DescriptorsMissing = 5,

    /// <summary>Every process of the sandbox but init is gone, as a program of the host asked for.</summary>
    Emptied = 6,

    /// <summary>The namespaces are joined and init is cloned: its process id, as the host sees it.</summary>
    Joined = 7,
}
