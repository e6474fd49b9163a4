using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Isolation.CodeJudge.Tests.Snippets;

/// <summary>The web service of docs/web-service.md.</summary>
public sealed class WebServiceSteps
{
    [Test]
    public async Task A_web_service_runs_the_code_of_strangers()
    {
        Requires.Root(); // an ordinary user may have no cgroups
        Requires.Program("python3");
        string document = await File.ReadAllTextAsync(Path.Combine(Root(), "docs/web-service.md"));
        int json = document.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
        string settings = document[json..document.IndexOf("```", json, StringComparison.Ordinal)];
        string[] args = ["--urls", "http://127.0.0.1:0"];

        // snippet: web-service
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        // snippet end
        builder.Configuration.AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(settings)));
        // snippet: web-service
        builder.Services.AddIsolation().AddLinux();
        builder.Services.AddSandboxPool("python", configure: options => options.FillsAtStart = true);
        builder.Services.AddHealthChecks().AddSandboxPool("python");

        WebApplication application = builder.Build();
        application.MapHealthChecks("/health");
        application.MapPost("/run", async (
            HttpRequest request, [FromKeyedServices("python")] SandboxPool pool, CancellationToken cancellationToken) =>
        {
            using StreamReader body = new(request.Body);
            CommandBuilder command = new CommandBuilder("python3")
                .WithArguments("-")
                .WithInputText(await body.ReadToEndAsync(cancellationToken))
                .WithWallTime(TimeSpan.FromSeconds(5))
                .WithStandardOutput(OutputTarget.Capture(64.KiB()))
                .WithStandardError(OutputTarget.Capture(64.KiB()));

            SandboxResult result = await pool.RunAsync(command, cancellationToken);
            return Results.Json(new
            {
                Outcome = result.Outcome.ToString(),
                result.ExitCode,
                Output = result.StandardOutput.Text,
                Error = result.StandardError.Text,
            });
        });
        // snippet end

        await application.StartAsync();
        await using (application)
        {
            using HttpClient client = new() { BaseAddress = new Uri(application.Urls.Single()) };
            JsonElement good = await RunAsync(client, "print(6 * 7)");
            JsonElement fork = await RunAsync(client, "import os\nwhile True: os.fork()");
            JsonElement network = await RunAsync(client, "import socket; socket.socket()");

            Assert.That(good.GetProperty("outcome").GetString(), Is.EqualTo("Completed"));
            Assert.That(good.GetProperty("output").GetString(), Is.EqualTo("42\n"));
            Assert.That(fork.GetProperty("error").GetString(), Does.Contain("BlockingIOError"));
            Assert.That(network.GetProperty("error").GetString(), Does.Contain("PermissionError"));
            Assert.That(await client.GetStringAsync("/health"), Is.EqualTo("Healthy"));
        }
    }

    private static string Root()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Isolation.sln")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }

    private static async Task<JsonElement> RunAsync(HttpClient client, string source)
    {
        using HttpResponseMessage response = await client.PostAsync("/run", new StringContent(source));
        return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>();
    }
}
