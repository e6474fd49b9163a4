using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Isolation.Core.Tests.DependencyInjection;

public sealed class AddIsolationTests
{
    private static readonly SandboxSpecification Plain = new();

    [Test]
    public async Task The_provider_of_the_platform_is_used()
    {
        await using ServiceProvider services = new ServiceCollection().AddIsolation().AddFakeSandboxes()
            .BuildServiceProvider();

        SandboxResult result = await services.GetRequiredService<ISandboxProvider>()
            .RunAsync(Plain, new SandboxCommand("true"));

        Assert.That(result.IsSuccess, Is.True);
        Assert.That(services.GetRequiredService<FakeSandboxProvider>().Commands, Has.Length.EqualTo(1));
        Assert.That(services.GetRequiredService<ISandboxProvider>(), Is.TypeOf<InstrumentedSandboxProvider>());
    }

    [Test]
    public async Task The_order_of_the_calls_does_not_matter()
    {
        await using ServiceProvider services = new ServiceCollection().AddFakeSandboxes().AddIsolation().AddIsolation()
            .BuildServiceProvider();

        Assert.That(services.GetServices<ISandboxProvider>().Single().Name, Is.EqualTo("fake"));
    }

    [Test]
    public async Task The_fake_takes_the_place_of_a_platform()
    {
        IServiceCollection collection = new ServiceCollection().AddIsolation();
        collection.AddKeyedSingleton<ISandboxProvider>(
            SandboxProviderKeys.Platform, (_, _) => throw new NotSupportedException());
        await using ServiceProvider services = collection.AddFakeSandboxes().BuildServiceProvider();

        Assert.That(services.GetRequiredService<ISandboxProvider>().Name, Is.EqualTo("fake"));
    }

    [Test]
    public async Task Without_a_platform_it_is_said_what_is_missing()
    {
        await using ServiceProvider services = new ServiceCollection().AddIsolation().BuildServiceProvider();

        Assert.That(
            services.GetRequiredService<ISandboxProvider>,
            Throws.InvalidOperationException.With.Message.Contains("services.AddIsolation().AddLinux()"));
    }

    [Test]
    public async Task Defaults_hold_for_commands_that_set_nothing()
    {
        await using ServiceProvider services = new ServiceCollection()
            .AddIsolation(options =>
            {
                options.DefaultWallTime = TimeSpan.FromSeconds(10);
                options.DefaultOutputLimit = 100;
            })
            .AddFakeSandboxes()
            .BuildServiceProvider();
        ISandboxProvider provider = services.GetRequiredService<ISandboxProvider>();
        SandboxCommand own = new("true")
        {
            WallTime = TimeSpan.FromSeconds(1),
            StandardOutput = OutputTarget.Capture(5),
            StandardError = OutputTarget.Null,
        };

        await provider.RunAsync(Plain, new SandboxCommand("true"));
        await using (ISandbox sandbox = await provider.CreateAsync(Plain))
        {
            await sandbox.RunAsync(new SandboxCommand("true"));
            await using ISandboxProcess process = await sandbox.StartAsync(new SandboxCommand("true"));
            await sandbox.RunAsync(own);
            await using ISandboxProcess interactive = await sandbox.StartAsync(
                new SandboxCommand("true") { Terminal = new() });
            Assert.That(interactive.Terminal, Is.Not.Null, "the limit of captured output is none of a terminal");
        }

        SandboxCommand[] commands = [.. services.GetRequiredService<FakeSandboxProvider>().Commands];
        foreach (SandboxCommand command in commands[..3])
        {
            Assert.That(command.WallTime, Is.EqualTo(TimeSpan.FromSeconds(10)));
            Assert.That(command.StandardOutput, Is.EqualTo(OutputTarget.Capture(100)));
            Assert.That(command.StandardError, Is.EqualTo(OutputTarget.Capture(100)));
        }

        Assert.That(commands[3], Is.SameAs(own));
    }

    [Test]
    public async Task Without_defaults_a_command_arrives_as_it_is()
    {
        await using ServiceProvider services = new ServiceCollection().AddIsolation().AddFakeSandboxes()
            .BuildServiceProvider();
        SandboxCommand command = new("true");

        await services.GetRequiredService<ISandboxProvider>().RunAsync(Plain, command);

        Assert.That(services.GetRequiredService<FakeSandboxProvider>().Commands.Single(), Is.SameAs(command));
    }

    [Test]
    public async Task The_log_and_the_meter_of_the_application_are_used()
    {
        using Telemetry.TelemetryRecorder recorder = new();
        IServiceCollection collection = new ServiceCollection().AddIsolation().AddFakeSandboxes();
        collection.AddSingleton(recorder.LoggerOf<InstrumentedSandboxProvider>());
        collection.AddSingleton<System.Diagnostics.Metrics.IMeterFactory>(_ => recorder);
        await using ServiceProvider services = collection.BuildServiceProvider();

        await services.GetRequiredService<ISandboxProvider>().RunAsync(Plain, new SandboxCommand("true"));

        Assert.That(recorder.Messages, Is.Not.Empty);
        Assert.That(recorder.Measurements, Is.Not.Empty);
    }

    [Test]
    public async Task Errors_of_the_options_are_found_at_the_start()
    {
        IServiceCollection collection = new ServiceCollection().AddIsolation(options => options.DefaultOutputLimit = -1)
            .AddFakeSandboxes();
        collection.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        await using ServiceProvider services = collection.BuildServiceProvider();

        Assert.That(
            services.GetRequiredService<IStartupValidator>().Validate,
            Throws.TypeOf<OptionsValidationException>().With.Message.Contains("DefaultOutputLimit"));
        Assert.That(services.GetRequiredService<ISandboxProvider>, Throws.TypeOf<OptionsValidationException>());
    }

    [Test]
    public void Services_are_needed()
    {
        Assert.That(() => ((IServiceCollection)null!).AddIsolation(), Throws.ArgumentNullException);
        Assert.That(() => ((IServiceCollection)null!).AddFakeSandboxes(), Throws.ArgumentNullException);
    }
}
