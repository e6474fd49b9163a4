using System.Net.Http.Json;
using CodeJudge.Catalogue;
using CodeJudge.Settings;
using Microsoft.Extensions.Options;

namespace Isolation.CodeJudge.Tests.Support;

/// <summary>Provides a judge for all tests of a fixture.</summary>
internal sealed class SharedJudge : IAsyncDisposable
{
    private readonly TemporaryDirectory _data = new();

    private SharedJudge()
    {
    }

    /// <summary>Gets the sample programs.</summary>
    public static IReadOnlyList<SampleProgram> Samples { get; } = new SampleCatalogue(
        Options.Create(new JudgeOptions())).All;

    public JudgeProcess Process { get; private set; } = null!;

    public StatusView Status { get; private set; } = null!;

    public static async Task<SharedJudge> StartAsync(params string[] settings)
    {
        SharedJudge judge = new();
        judge.Process = await JudgeProcess.StartAsync(judge._data.Path, settings);
        judge.Status = (await judge.Process.Client.GetFromJsonAsync<StatusView>("/api/status", JudgeProcess.Json))!;
        return judge;
    }

    /// <summary>Skips the test if the language is not installed on this machine.</summary>
    public void Require(string language)
    {
        LanguageView view = Status.Languages.Single(candidate => candidate.Id == language);
        Requires.That($"language:{language}", view.Missing is null, view.Missing);
    }

    /// <summary>Skips the test if the machine cannot account for the memory and processes of a whole program.</summary>
    public void RequireGroups() => Requires.That("cgroups", Status.Weakness is null, Status.Weakness);

    public async ValueTask DisposeAsync()
    {
        await Process.DisposeAsync();
        _data.Dispose();
    }

    internal sealed record StatusView(long Waiting, int Workers, string? Weakness, LanguageView[] Languages);

    internal sealed record LanguageView(string Id, string Name, string? Missing);
}
