using System.Text.Json.Serialization;
using CodeJudge;
using CodeJudge.Catalogue;
using CodeJudge.Judging;
using CodeJudge.Languages;
using CodeJudge.Live;
using CodeJudge.Settings;
using CodeJudge.Storage;
using CodeJudge.Web;
using Isolation;
using Microsoft.EntityFrameworkCore;

// Find the files next to the program, regardless of the working directory.
WebApplicationBuilder builder = WebApplication.CreateBuilder(new WebApplicationOptions
{
    Args = args,
    ContentRootPath = AppContext.BaseDirectory,
    WebRootPath = Path.Combine(AppContext.BaseDirectory, "wwwroot"),
});

// The judge runs untrusted code, so by default it accepts requests only from this machine, and only under its own names
// to prevent DNS rebinding by pages of other sites.
if (builder.Configuration[WebHostDefaults.ServerUrlsKey] is null
    && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
{
    builder.WebHost.UseUrls("http://127.0.0.1:5080");
}

builder.Configuration["AllowedHosts"] ??= "localhost;127.0.0.1;[::1]";
builder.Services.AddOptions<JudgeOptions>().BindConfiguration(JudgeOptions.SectionName).ValidateDataAnnotations()
    .ValidateOnStart();
builder.WebHost.ConfigureKestrel((context, kestrel) =>
{
    kestrel.AddServerHeader = false;
    // A character takes up to six bytes in JSON.
    const int LongestCharacter = 6;
    const int RoomForTheRest = 4096;
    int characters = context.Configuration.GetValue(
        $"{JudgeOptions.SectionName}:{nameof(JudgeOptions.SourceLimit)}", new JudgeOptions().SourceLimit);
    kestrel.Limits.MaxRequestBodySize = ((long)LongestCharacter * characters) + RoomForTheRest;
    kestrel.Limits.MaxConcurrentConnections = 2000;
});

builder.Services.AddIsolation().AddLinux();
builder.Services.AddSingleton(TimeProvider.System);
builder.Services.AddSingleton<DataDirectory>();
builder.Services.AddPooledDbContextFactory<JudgeDatabase>((services, database) => database
    .UseSqlite(services.GetRequiredService<DataDirectory>().ConnectionString)
    .AddInterceptors(new DurableConnections()));
builder.Services.AddSingleton<SubmissionStore>();
builder.Services.AddSingleton<DatabaseRetry>();
builder.Services.AddSingleton<ProblemCatalogue>();
builder.Services.AddSingleton<SampleCatalogue>();
builder.Services.AddSingleton<SandboxSource>();
builder.Services.AddSingleton<HostLimits>();
builder.Services.AddSingleton<JudgeSandboxes>();
builder.Services.AddSingleton<RunSlots>();
builder.Services.AddSingleton<Compiler>();
builder.Services.AddSingleton<TestRunner>();
builder.Services.AddSingleton<SubmissionJudge>();
builder.Services.AddSingleton<LanguageSet>();
builder.Services.AddSingleton<ProgressHub>();
builder.Services.AddSingleton<JudgeQueue>();
builder.Services.AddHostedService<DatabaseStart>();
builder.Services.AddHostedService<JudgeWorkers>();
builder.Services.AddProblemDetails();
builder.Services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Converters.Add(new JsonStringEnumConverter()));
builder.Logging.AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);

WebApplication application = builder.Build();
application.UseExceptionHandler();
application.UseStatusCodePages();
application.Use(async (context, next) =>
{
    context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'";
    context.Response.Headers.XContentTypeOptions = "nosniff";
    await next();
});
application.UseDefaultFiles();
application.UseStaticFiles();
application.MapSubmissions();
application.MapCatalogue();
await application.RunAsync();
