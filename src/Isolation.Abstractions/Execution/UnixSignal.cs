namespace Isolation;

/// <summary>Signals by their Linux names, see signal(7).</summary>
public enum UnixSignal
{
    /// <summary>SIGHUP: the terminal is gone.</summary>
    Hangup = 1,

    /// <summary>SIGINT: Ctrl+C.</summary>
    Interrupt = 2,

    /// <summary>SIGQUIT: quit with a core file.</summary>
    Quit = 3,

    /// <summary>SIGILL: illegal instruction.</summary>
    IllegalInstruction = 4,

    /// <summary>SIGTRAP: trace trap.</summary>
    Trap = 5,

    /// <summary>SIGABRT: abort(3).</summary>
    Abort = 6,

    /// <summary>SIGBUS: bus error.</summary>
    BusError = 7,

    /// <summary>SIGFPE: arithmetic error.</summary>
    ArithmeticError = 8,

    /// <summary>SIGKILL: cannot be caught.</summary>
    Kill = 9,

    /// <summary>SIGUSR1: the program's own meaning.</summary>
    User1 = 10,

    /// <summary>SIGSEGV: invalid memory reference.</summary>
    SegmentationFault = 11,

    /// <summary>SIGUSR2: the program's own meaning.</summary>
    User2 = 12,

    /// <summary>SIGPIPE: nobody reads the pipe.</summary>
    BrokenPipe = 13,

    /// <summary>SIGALRM: alarm(2).</summary>
    Alarm = 14,

    /// <summary>SIGTERM: please end.</summary>
    Terminate = 15,

    /// <summary>SIGSTKFLT: unused.</summary>
    StackFault = 16,

    /// <summary>SIGCHLD: a child ended or stopped.</summary>
    ChildStatus = 17,

    /// <summary>SIGCONT: go on.</summary>
    Continue = 18,

    /// <summary>SIGSTOP: stop, cannot be caught.</summary>
    Stop = 19,

    /// <summary>SIGTSTP: Ctrl+Z.</summary>
    TerminalStop = 20,

    /// <summary>SIGTTIN: terminal input in the background.</summary>
    TerminalInput = 21,

    /// <summary>SIGTTOU: terminal output in the background.</summary>
    TerminalOutput = 22,

    /// <summary>SIGURG: urgent data on a socket.</summary>
    Urgent = 23,

    /// <summary>SIGXCPU: CPU time limit.</summary>
    CpuTimeExceeded = 24,

    /// <summary>SIGXFSZ: file size limit.</summary>
    FileSizeExceeded = 25,

    /// <summary>SIGVTALRM: virtual timer.</summary>
    VirtualAlarm = 26,

    /// <summary>SIGPROF: profiling timer.</summary>
    Profiling = 27,

    /// <summary>SIGWINCH: the window changed its size.</summary>
    WindowChanged = 28,

    /// <summary>SIGIO: input or output is possible.</summary>
    InputOutput = 29,

    /// <summary>SIGPWR: power failure.</summary>
    Power = 30,

    /// <summary>SIGSYS: a system call was refused.</summary>
    BadSystemCall = 31,
}
