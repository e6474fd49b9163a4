using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using CodeJudge.Judging;
using CodeJudge.Settings;
using Microsoft.Extensions.Options;

namespace CodeJudge.Catalogue;

/// <summary>
/// Provides the sample programs that programs.json lists: correct and wrong solutions, and attacks on the judge.
/// </summary>
internal sealed class SampleCatalogue
{
    private static readonly JsonSerializerOptions Json = new(
        JsonSerializerDefaults.Web)
    { Converters = { new JsonStringEnumConverter() } };

    public SampleCatalogue(IOptions<JudgeOptions> options)
    {
        string directory = options.Value.ProgramsDirectory;
        string list = Path.Combine(directory, "programs.json");
        Entry[] entries = JsonSerializer.Deserialize<Entry[]>(File.ReadAllText(list), Json)
            ?? throw new InvalidDataException($"{list} is empty.");
        All = [.. entries.Select(entry => new SampleProgram(
            entry.Name,
            entry.File.StartsWith("hostile/", StringComparison.Ordinal),
            entry.Problem,
            entry.Language,
            entry.Expected,
            File.ReadAllText(Path.Combine(directory, entry.File))))];
    }

    public ImmutableArray<SampleProgram> All { get; }

    private sealed record Entry(string File, string Name, string Problem, string Language, Verdict[] Expected);
}
