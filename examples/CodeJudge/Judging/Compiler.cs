using CodeJudge.Languages;
using Isolation;

namespace CodeJudge.Judging;

/// <summary>Compiles submissions, each in a sandbox of its own: a compiler can be made to do nearly anything.</summary>
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
            return new CompiledProgram([], $"What the compiler made cannot be used: {exception.Message}");
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
                "The compiler said more than is kept.",
            SandboxOutcome.OutputExceeded or SandboxOutcome.FileSizeExceeded => "The compiled program is too large.",
            SandboxOutcome.ProcessesExceeded => "The compiler started too many processes.",
            _ => $"The compiler was ended: {result.Outcome}.",
        };
        return limit is null ? said : $"{limit}\n{said}";
    }
}
