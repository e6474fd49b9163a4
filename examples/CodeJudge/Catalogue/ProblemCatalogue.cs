using System.Collections.Immutable;
using System.Text.Json;
using CodeJudge.Checking;
using CodeJudge.Settings;
using Microsoft.Extensions.Options;

namespace CodeJudge.Catalogue;

/// <summary>Provides the problems, which are read at startup.</summary>
/// <remarks>
/// Each problem has a directory with problem.json, statement.txt, and tests/NAME.in and tests/NAME.out.
/// </remarks>
internal sealed class ProblemCatalogue
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };

    private readonly ImmutableDictionary<string, Problem> _byId;

    public ProblemCatalogue(IOptions<JudgeOptions> options)
    {
        string directory = options.Value.ProblemsDirectory;
        All = [.. Directory.EnumerateDirectories(directory)
            .Select(Read)
            .OrderBy(entry => entry.Order).ThenBy(entry => entry.Problem.Id, StringComparer.Ordinal)
            .Select(entry => entry.Problem)];
        _byId = All.ToImmutableDictionary(problem => problem.Id, StringComparer.Ordinal);
    }

    public ImmutableArray<Problem> All { get; }

    public Problem? Find(string id) => _byId.GetValueOrDefault(id);

    private static (int Order, Problem Problem) Read(string directory)
    {
        string file = Path.Combine(directory, "problem.json");
        ProblemFile described = JsonSerializer.Deserialize<ProblemFile>(File.ReadAllText(file), Json)
            ?? throw new InvalidDataException($"{file} is empty.");
        ImmutableArray<ProblemTest> tests = [.. Directory.EnumerateFiles(Path.Combine(directory, "tests"), "*.in")
            .Order(StringComparer.Ordinal)
            .Select((path, index) => ReadTest(path, index + 1))];
        if (tests.IsEmpty)
        {
            throw new InvalidDataException($"The problem in {directory} has no tests.");
        }

        if (described is { Checker: not null, Interactor: not null })
        {
            throw new InvalidDataException(
                $"{file} has a checker and an interactor. Remove one of them.");
        }

        return (described.Order, new Problem
        {
            Id = Path.GetFileName(directory),
            Title = described.Title,
            Statement = File.ReadAllText(Path.Combine(directory, "statement.txt")),
            TimeLimit = TimeSpan.FromSeconds(described.TimeLimit),
            MemoryLimit = (long)described.MemoryLimit << 20,
            Checker = described.Interactor is null ? Checkers.Find(described.Checker ?? "tokens") : null,
            Interactor = described.Interactor is null
                ? null
                : File.ReadAllBytes(Path.Combine(directory, Path.GetFileName(described.Interactor))),
            Tests = tests,
            Examples = Math.Min(described.Examples, tests.Length),
        });
    }

    private static ProblemTest ReadTest(string path, int number)
    {
        string answer = Path.ChangeExtension(path, ".out");
        return new ProblemTest(number, File.ReadAllBytes(path), File.Exists(answer) ? File.ReadAllBytes(answer) : []);
    }
}
