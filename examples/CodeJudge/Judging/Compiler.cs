using CodeJudge.Languages;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>
/// Compiles submissions, each in its own sandbox, because source code can make a compiler do almost anything.
/// </summary>
internal sealed class Compiler(SandboxSource source, JudgeSandboxes sandboxes)
{
    public async Task<CompiledProgram> CompileAsync(Language language, string text, CancellationToken cancellationToken)
    {
        SandboxResult result = await source.RunAsync(sandboxes.OfCompiler(language, text), cancellationToken);
        if (!result.IsSuccess)
        {
            return new CompiledProgram([], Describe(result));
        }

        try
        {
            return new CompiledProgram(Archive.Read(result.StandardOutput.Bytes, "/box"), null);
        }
        catch (InvalidDataException exception)
        {
            return new CompiledProgram([], $"The output of the compiler is invalid: {exception.Message}");
        }
    }

    private static string Describe(SandboxResult result)
    {
        string said = result.StandardError.Text;
        string? limit = result.Usage?.OutOfMemoryKills > 0 ? "The compiler ran out of memory." : result.Outcome switch
        {
            SandboxOutcome.Completed => null,
            SandboxOutcome.CpuTimeExceeded or SandboxOutcome.WallTimeExceeded => "The compiler took too long.",
            SandboxOutcome.MemoryExceeded => "The compiler ran out of memory.",
            SandboxOutcome.OutputExceeded when result.StandardError.IsTruncated =>
                "The compiler wrote too many messages.",
            SandboxOutcome.OutputExceeded or SandboxOutcome.FileSizeExceeded => "The compiled program is too large.",
            SandboxOutcome.ProcessesExceeded => "The compiler started too many processes.",
            _ => $"The compiler was killed: {result.Outcome}.",
        };
        return limit is null ? said : $"{limit}\n{said}";
    }
}
