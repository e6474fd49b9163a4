using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Isolation;

/// <summary>Fills a pool when the application's host starts.</summary>
internal sealed class SandboxPoolStarter(IServiceProvider services, string name) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) =>
        services.GetRequiredKeyedService<SandboxPool>(name).WaitUntilReadyAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
