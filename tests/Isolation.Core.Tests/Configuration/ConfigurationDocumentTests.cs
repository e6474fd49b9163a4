using Isolation.Core.Tests.Telemetry;
using Microsoft.Extensions.DependencyInjection;

namespace Isolation.Core.Tests.Configuration;

/// <summary>The configuration in the documents is one that the library reads.</summary>
public sealed class ConfigurationDocumentTests
{
    [Test]
    public void The_settings_in_the_document_are_read()
    {
        string document = File.ReadAllText(TelemetryDocumentTests.Find("docs/dependency-injection.md"));
        int begin = document.IndexOf("```json\n", StringComparison.Ordinal) + "```json\n".Length;
        string json = document[begin..document.IndexOf("```", begin, StringComparison.Ordinal)];

        using ServiceProvider services = TestConfiguration.Services(json);
        ISandboxProfiles profiles = services.GetRequiredService<ISandboxProfiles>();

        SandboxSpecification judge = profiles.GetSpecification("judge");
        Assert.That(
            judge.Limits, Is.EqualTo(
                SandboxPresets.Judge().Build().Limits! with { Memory = 128.MiB(), Cpu = 0.5 }));
        Assert.That(judge.Mounts, Does.Contain(new TemporaryMount("/scratch") { Size = 8.MiB() }));
        Assert.That(profiles.GetSpecification("plug-in").Limits!.Requirement, Is.EqualTo(Requirement.Prefer));
    }
}
