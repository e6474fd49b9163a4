using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Isolation;

/// <summary>
/// Reads the options from the configuration if the application has one. Unknown keys and values that cannot be
/// converted are errors, because a sandbox with a misspelled limit would run without it.
/// </summary>
internal sealed class ConfigureIsolationOptions(IServiceProvider services) : IConfigureOptions<IsolationOptions>
{
    public void Configure(IsolationOptions options)
    {
        if (services.GetService<IConfiguration>() is { } configuration)
        {
            ConfigurationSchema.Options.Read(
                options, configuration.GetSection(IsolationOptions.SectionName), options.ConfigurationErrors);
        }
    }
}
