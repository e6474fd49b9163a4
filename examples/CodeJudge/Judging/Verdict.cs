namespace CodeJudge.Judging;

/// <summary>What became of a test, and of a submission: that of its first test that was not accepted.</summary>
internal enum Verdict
{
    /// <summary>The right answer within all limits.</summary>
    Accepted,

    /// <summary>Another answer.</summary>
    WrongAnswer,

    /// <summary>It ended with an exit code other than 0, or by a signal.</summary>
    RuntimeError,

    /// <summary>It took too much CPU time, or too long by the clock.</summary>
    TimeLimitExceeded,

    /// <summary>It ran out of memory.</summary>
    MemoryLimitExceeded,

    /// <summary>It wrote too much to its outputs.</summary>
    OutputLimitExceeded,

    /// <summary>It wrote too large a file.</summary>
    FileLimitExceeded,

    /// <summary>It was refused a process or thread.</summary>
    ProcessLimitExceeded,

    /// <summary>It was killed for a system call.</summary>
    ForbiddenCall,

    /// <summary>It does not compile, or not within the limits of the compiler.</summary>
    CompilationError,

    /// <summary>The judge could not judge it. It says nothing about the submission.</summary>
    JudgeError,
}
