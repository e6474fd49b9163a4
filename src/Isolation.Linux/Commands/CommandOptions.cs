namespace Isolation.Linux.Commands;

/// <summary>What a command's program does besides starting the command.</summary>
[Flags]
internal enum CommandOptions
{
    None = 0,

    /// <summary>Tells the host when the payload was executed.</summary>
    ReportStart = 1,

    /// <summary>Ends init, and with it the sandbox, when the command has ended.</summary>
    ExitWithCommand = 2,

    /// <summary>Adds the command's entry to the chain that init searches.</summary>
    FirstUseOfEntry = 4,

    /// <summary>The filter asks the host, by way of the last of the passed descriptors.</summary>
    AsksHost = 8,
}
