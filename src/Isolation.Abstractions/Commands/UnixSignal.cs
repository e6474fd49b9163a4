namespace Isolation;

/// <summary>Specifies a signal by its Linux name; see signal(7).</summary>
public enum UnixSignal
{
    /// <summary>SIGHUP: the terminal was closed.</summary>
    SIGHUP = 1,

    /// <summary>SIGINT: Ctrl+C.</summary>
    SIGINT = 2,

    /// <summary>SIGQUIT: quit and write a core file.</summary>
    SIGQUIT = 3,

    /// <summary>SIGILL: illegal instruction.</summary>
    SIGILL = 4,

    /// <summary>SIGTRAP: trace trap.</summary>
    SIGTRAP = 5,

    /// <summary>SIGABRT: abort(3).</summary>
    SIGABRT = 6,

    /// <summary>SIGBUS: bus error.</summary>
    SIGBUS = 7,

    /// <summary>SIGFPE: arithmetic error.</summary>
    SIGFPE = 8,

    /// <summary>SIGKILL: cannot be caught.</summary>
    SIGKILL = 9,

    /// <summary>SIGUSR1: defined by the program.</summary>
    SIGUSR1 = 10,

    /// <summary>SIGSEGV: invalid memory reference.</summary>
    SIGSEGV = 11,

    /// <summary>SIGUSR2: defined by the program.</summary>
    SIGUSR2 = 12,

    /// <summary>SIGPIPE: write to a pipe without a reader.</summary>
    SIGPIPE = 13,

    /// <summary>SIGALRM: alarm(2).</summary>
    SIGALRM = 14,

    /// <summary>SIGTERM: request to terminate.</summary>
    SIGTERM = 15,

    /// <summary>SIGSTKFLT: unused.</summary>
    SIGSTKFLT = 16,

    /// <summary>SIGCHLD: a child process ended or stopped.</summary>
    SIGCHLD = 17,

    /// <summary>SIGCONT: continue.</summary>
    SIGCONT = 18,

    /// <summary>SIGSTOP: stop; cannot be caught.</summary>
    SIGSTOP = 19,

    /// <summary>SIGTSTP: Ctrl+Z.</summary>
    SIGTSTP = 20,

    /// <summary>SIGTTIN: terminal input in the background.</summary>
    SIGTTIN = 21,

    /// <summary>SIGTTOU: terminal output in the background.</summary>
    SIGTTOU = 22,

    /// <summary>SIGURG: urgent data on a socket.</summary>
    SIGURG = 23,

    /// <summary>SIGXCPU: CPU time limit exceeded.</summary>
    SIGXCPU = 24,

    /// <summary>SIGXFSZ: file size limit exceeded.</summary>
    SIGXFSZ = 25,

    /// <summary>SIGVTALRM: virtual timer.</summary>
    SIGVTALRM = 26,

    /// <summary>SIGPROF: profiling timer.</summary>
    SIGPROF = 27,

    /// <summary>SIGWINCH: the window size changed.</summary>
    SIGWINCH = 28,

    /// <summary>SIGIO: input or output is possible.</summary>
    SIGIO = 29,

    /// <summary>SIGPWR: power failure.</summary>
    SIGPWR = 30,

    /// <summary>SIGSYS: a system call was denied.</summary>
    SIGSYS = 31,
}
