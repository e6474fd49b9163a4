namespace CodeJudge.Judging;

/// <summary>
/// Specifies the verdict on a test or a submission. The verdict on a submission is that of its first test that is not
/// accepted.
/// </summary>
internal enum Verdict
{
    /// <summary>The answer is correct and all limits are kept.</summary>
    Accepted,

    /// <summary>The answer is wrong.</summary>
    WrongAnswer,

    /// <summary>The program exited with a code other than 0, or was ended by a signal.</summary>
    RuntimeError,

    /// <summary>The program exceeded the limit of CPU time or wall time.</summary>
    TimeLimitExceeded,

    /// <summary>The program ran out of memory.</summary>
    MemoryLimitExceeded,

    /// <summary>The program wrote too much output.</summary>
    OutputLimitExceeded,

    /// <summary>The program wrote too large a file.</summary>
    FileLimitExceeded,

    /// <summary>The program could not create a process or thread.</summary>
    ProcessLimitExceeded,

    /// <summary>The program was killed for a forbidden system call.</summary>
    ForbiddenCall,

    /// <summary>The program does not compile, or exceeds the limits of the compiler.</summary>
    CompilationError,

    /// <summary>The judge could not judge the submission, which implies nothing about its correctness.</summary>
    JudgeError,
}
