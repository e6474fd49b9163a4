using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Isolation.Core.Tests.Configuration;

/// <summary>Provides the services of an application with a configuration.</summary>
internal static class TestConfiguration
{
    internal static ServiceProvider Services(string json, Action<IsolationOptions>? configure = null)
    {
        JsonSettings settings = new(json);
        IServiceCollection services = new ServiceCollection().AddIsolation(configure).AddFakeSandboxes();
        services.AddSingleton<IConfiguration>(
            new ConfigurationBuilder().AddInMemoryCollection(settings.Flatten()).Build());
        return services.BuildServiceProvider();
    }

    /// <summary>Provides a minimal JSON configuration, so that these tests require no further package.</summary>
    private sealed class JsonSettings(string json)
    {
        public IEnumerable<KeyValuePair<string, string?>> Flatten()
        {
            using System.Text.Json.JsonDocument document = System.Text.Json.JsonDocument.Parse(
                Encoding.UTF8.GetBytes(json));
            return [.. Flatten("", document.RootElement)];
        }

        private static IEnumerable<KeyValuePair<string, string?>> Flatten(
            string path, System.Text.Json.JsonElement element) =>
            element.ValueKind switch
            {
                System.Text.Json.JsonValueKind.Object =>
                    element.EnumerateObject().SelectMany(member => Flatten(Combine(path, member.Name), member.Value)),
                System.Text.Json.JsonValueKind.Array =>
                    element.EnumerateArray().SelectMany((item, index) => Flatten(Combine(path, $"{index}"), item)),
                _ => [new(path, element.ToString())],
            };

        private static string Combine(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
    }
}
