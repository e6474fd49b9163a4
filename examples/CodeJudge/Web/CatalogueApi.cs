using CodeJudge.Catalogue;
using CodeJudge.Judging;
using CodeJudge.Languages;
using CodeJudge.Storage;
using Microsoft.AspNetCore.Http.HttpResults;

namespace CodeJudge.Web;

/// <summary>Provides problems, languages and samples over HTTP.</summary>
internal static class CatalogueApi
{
    public static void MapCatalogue(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/problems", (ProblemCatalogue problems) => problems.All.Select(ProblemView.Of));
        routes.MapGet("/api/problems/{id}", Results<Ok<ProblemView>, NotFound> (string id, ProblemCatalogue problems) =>
            problems.Find(id) is { } problem ? TypedResults.Ok(ProblemView.Of(problem)) : TypedResults.NotFound());
        routes.MapGet("/api/programs", (SampleCatalogue samples) => samples.All);
        routes.MapGet("/api/status", async (
            SubmissionStore store, RunSlots slots, HostLimits limits, LanguageSet languages,
            CancellationToken cancellationToken) =>
        {
            LanguageView[] all = [.. (await languages.GetAllAsync(cancellationToken)).Select(LanguageView.Of)];
            return new StatusView(store.Waiting, slots.Count, limits.Weakness, [.. all]);
        });
    }
}
