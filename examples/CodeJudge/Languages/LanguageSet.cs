using System.Collections.Immutable;
using CodeJudge.Catalogue;
using CodeJudge.Judging;
using CodeJudge.Settings;
using Isolation;
using Microsoft.Extensions.Options;

namespace CodeJudge.Languages;

/// <summary>
/// Finds out which languages work here: a small program in each is compiled and run, in the same sandboxes as
/// submissions later. A compiler without its libraries is thus missing as well.
/// </summary>
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

    /// <summary>All languages; waits for <see cref="TryAllAsync"/>.</summary>
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
                return new LanguageStatus(language, $"It does not compile here: {failure.Trim()}");
            }

            TestResult result = await slots.RunAsync(
                () => tests.RunAsync(language, Hello, program.Files, Hello.Tests[0], cancellationToken),
                cancellationToken);
            return new LanguageStatus(
                language, result.Verdict == Verdict.Accepted
                ? null
                : $"It does not run here: {result.Verdict}. {result.Detail}");
        }
        catch (SandboxException exception)
        {
            return new LanguageStatus(language, exception.Message);
        }
    }

    /// <summary>The sandbox has the host's /usr, and links to it where the host has links.</summary>
    private static bool IsThere(string program) =>
        SandboxCommand.DefaultEnvironment["PATH"].Split(':').Any(
            directory => File.Exists(Path.Combine(directory, program)));
}
