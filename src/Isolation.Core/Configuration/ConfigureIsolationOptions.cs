using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Isolation;

/// <summary>
/// Binds the options where the application has a configuration; without one they are set in code alone.
/// </summary>
internal sealed class ConfigureIsolationOptions(IServiceProvider services) : IConfigureOptions<IsolationOptions>
{
    public void Configure(IsolationOptions options) =>
        services.GetService<IConfiguration>()?.GetSection(IsolationOptions.SectionName).Bind(options);
}
