using System.Collections.Immutable;
using CodeJudge.Catalogue;
using CodeJudge.Judging;
using CodeJudge.Settings;
using Isolation;
using Microsoft.Extensions.Options;

namespace CodeJudge.Languages;

/// <summary>Determines which languages work on this machine.</summary>
/// <remarks>
/// A small program in each language is compiled and run in the same sandboxes as submissions. Therefore, a compiler
/// without its libraries counts as missing.
/// </remarks>
internal sealed class LanguageSet(
    Compiler compiler, TestRunner tests, RunSlots slots, IOptions<JudgeOptions> options, ILogger<LanguageSet> logger)
{
    private static readonly Problem Hello = new()
    {
        Id = "hello",
        Title = "",
        Statement = "",
        TimeLimit = TimeSpan.FromSeconds(5),
        MemoryLimit = 128L << 20,
        Checker = new Checking.TokenChecker(),
        Tests = [new ProblemTest(1, ReadOnlyMemory<byte>.Empty, "hello"u8.ToArray())],
    };

    private readonly TaskCompletionSource<ImmutableArray<LanguageStatus>> _all = new(
        TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets all languages, after <see cref="TryAllAsync"/> has completed.</summary>
    public Task<ImmutableArray<LanguageStatus>> GetAllAsync(CancellationToken cancellationToken) =>
        _all.Task.WaitAsync(cancellationToken);

    public async Task<LanguageStatus?> FindAsync(string id, CancellationToken cancellationToken) =>
        (await GetAllAsync(cancellationToken)).FirstOrDefault(status => status.Language.Id == id);

    public async Task TryAllAsync(CancellationToken cancellationToken)
    {
        IList<string> wanted = options.Value.Languages;
        IEnumerable<Language> offered = KnownLanguages.All.Where(
            language => wanted.Count == 0 || wanted.Contains(language.Id));
        LanguageStatus[] found = await Task.WhenAll(offered.Select(language => TryAsync(language, cancellationToken)));
        foreach (LanguageStatus missing in found.Where(status => !status.IsAvailable))
        {
            JudgeLog.LanguageMissing(logger, missing.Language.Name, missing.Missing!);
        }

        _all.SetResult([.. found]);
    }

    private async Task<LanguageStatus> TryAsync(Language language, CancellationToken cancellationToken)
    {
        if (language.Programs.FirstOrDefault(program => !IsThere(program)) is { } missing)
        {
            return new LanguageStatus(language, $"{missing} is not installed.");
        }

        try
        {
            CompiledProgram program = await slots.RunAsync(
                () => compiler.CompileAsync(language, language.Hello, cancellationToken), cancellationToken);
            if (program.Failure is { } failure)
            {
                return new LanguageStatus(language, $"The test program does not compile: {failure.Trim()}");
            }

            TestResult result = await slots.RunAsync(
                () => tests.RunAsync(language, Hello, program.Files, Hello.Tests[0], cancellationToken),
                cancellationToken);
            return new LanguageStatus(
                language, result.Verdict == Verdict.Accepted
                ? null
                : $"The test program does not run: {result.Verdict}. {result.Detail}");
        }
        catch (SandboxException exception)
        {
            return new LanguageStatus(language, exception.Message);
        }
    }

    /// <summary>
    /// Returns whether a program exists on the host, whose /usr (including links to it) the sandbox contains.
    /// </summary>
    private static bool IsThere(string program) =>
        SandboxCommand.DefaultEnvironment["PATH"].Split(':').Any(
            directory => File.Exists(Path.Combine(directory, program)));
}
