namespace Isolation.Linux.Commands;

/// <summary>Specifies what a command's program does besides starting the command.</summary>
[Flags]
internal enum CommandOptions
{
    None = 0,

    /// <summary>Reports the execution of the payload to the application.</summary>
    ReportStart = 1,

    /// <summary>Ends init, and with it the sandbox, when the command has ended.</summary>
    ExitWithCommand = 2,

    /// <summary>Adds the command's entry to the chain that init searches.</summary>
    FirstUseOfEntry = 4,

    /// <summary>The filter asks the application through the last of the passed descriptors.</summary>
    AsksHost = 8,
}
