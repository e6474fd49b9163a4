using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Isolation;

/// <summary>Binds the options to the configuration if the application has one.</summary>
internal sealed class ConfigureIsolationOptions(IServiceProvider services) : IConfigureOptions<IsolationOptions>
{
    public void Configure(IsolationOptions options) =>
        services.GetService<IConfiguration>()?.GetSection(IsolationOptions.SectionName).Bind(options);
}
