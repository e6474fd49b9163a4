namespace Isolation.Linux.Init;

/// <summary>Specifies the kind of a message from init. See <see cref="InitMessage"/>.</summary>
internal enum InitMessageKind
{
    /// <summary>A message with a descriptor and no further words.</summary>
    Descriptor = 0,

    /// <summary>The sandbox is set up. The words of skipped steps follow.</summary>
    Ready = 1,

    /// <summary>A program failed: token, number of the step, negated error number.</summary>
    Failed = 2,

    /// <summary>
    /// A command was started: token, process id inside, nanoseconds of CPU time until then.
    /// </summary>
    Started = 3,

    /// <summary>A command ended. The message is an <see cref="ExitReport"/>.</summary>
    Exited = 4,

    /// <summary>A program arrived without all of its descriptors, and the sandbox ends.</summary>
    DescriptorsMissing = 5,

    /// <summary>Every process of the sandbox except init is gone, as requested by the application.</summary>
    Emptied = 6,

    /// <summary>
    /// The namespaces are joined and init is cloned: its process id in the application's PID namespace.
    /// </summary>
    Joined = 7,

    /// <summary>The sandbox is attached to the application that receives the message.</summary>
    Attached = 8,

    /// <summary>From now on, the sandbox survives the application.</summary>
    Detachable = 9,
}
