using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Isolation.Core.Tests.Configuration;

/// <summary>Tests that nothing in the configuration is ignored.</summary>
public sealed class ConfigurationTests
{
    [TestCase("""{ "DefaultWalTime": "00:00:10" }""", "Isolation:DefaultWalTime: ", "'DefaultWallTime'")]
    [TestCase(
        """{ "Profiles": { "a": { "Prest": "Judge" } } }""", "Isolation:Profiles:a:Prest: ", "'Preset'")]
    [TestCase(
        """{ "Profiles": { "a": { "Limits": { "Memry": 1 } } } }""", "Isolation:Profiles:a:Limits:Memry: ", "'Memory'")]
    [TestCase(
        """{ "Profiles": { "a": { "Binds": [ { "Source": "/x", "Acess": 1 } ] } } }""",
        "Isolation:Profiles:a:Binds:0:Acess: ", "'Access'")]
    [TestCase(
        """{ "Profiles": { "a": { "TemporaryDirectories": [ { "Target": "/x", "Sise": 1 } ] } } }""",
        "Isolation:Profiles:a:TemporaryDirectories:0:Sise: ", "'Size'")]
    [TestCase("""{ "Pool": { "Size": 4 } }""", "Isolation:Pool: ", "It has DefaultGroupId, ")]
    public void An_unknown_key_is_an_error_that_names_the_nearest_key(string json, string path, string suggestion)
    {
        string failure = Failures(json).Single();

        Assert.That(failure, Does.StartWith(path).And.Contain(suggestion));
    }

    [TestCase("""{ "DefaultWallTime": "ten seconds" }""", "'5 s'")]
    [TestCase("""{ "DefaultOutputLimit": "1.5 B" }""", "'128 MiB'")]
    [TestCase("""{ "DefaultUserId": -1 }""", "a whole number")]
    [TestCase("""{ "DefaultHostDirectories": "/usr" }""", "a list")]
    [TestCase("""{ "Profiles": { "a": "Judge" } }""", "A profile is expected")]
    [TestCase("""{ "Profiles": { "a": { "Preset": "Jugde" } } }""", "one of Minimal, HostPrograms, ")]
    [TestCase("""{ "Profiles": { "a": { "HostName": { "x": 1 } } } }""", "must be text")]
    [TestCase("""{ "Profiles": { "a": { "Limits": { "Cpu": "half" } } } }""", "a number, but is 'half'")]
    [TestCase("""{ "Profiles": { "a": { "Limits": { "Cpus": [ "x" ] } } } }""", "a whole number, but is 'x'")]
    [TestCase("""{ "Profiles": { "a": { "Limits": { "ExtendsPreset": 1 } } } }""", "true or false")]
    public void A_value_of_the_wrong_form_is_an_error_that_names_the_right_form(string json, string form) =>
        Assert.That(Failures(json).Single(), Does.Contain(form).IgnoreCase);

    [Test]
    public void All_errors_are_listed_at_once() =>
        Assert.That(
            Failures(
                """{ "DefaultUserId": "x", "Profiles": { "a": { "Prest": 1, "Limits": { "Memory": "lots" } } } }"""),
            Has.Length.EqualTo(3));

    [TestCase("128 MiB", 128L << 20)]
    [TestCase("64KiB", 64L << 10)]
    [TestCase("1 GB", 1_000_000_000)]
    [TestCase("1.5 kib", 1536)]
    [TestCase("1048576", 1048576)]
    [TestCase("7 B", 7)]
    public void A_size_can_have_a_unit(string text, long bytes) =>
        Assert.That(Limits($$"""{ "Swap": "{{text}}" }""").Swap, Is.EqualTo(bytes));

    [TestCase("00:00:05", 5000)]
    [TestCase("5 s", 5000)]
    [TestCase("250ms", 250)]
    [TestCase("1.5 min", 90_000)]
    [TestCase("1.00:00:00", 86_400_000)]
    public async Task A_duration_is_written_as_dotnet_does_or_with_a_unit(string text, int milliseconds)
    {
        await using ServiceProvider services = TestConfiguration.Services(
            $$"""{ "Isolation": { "DefaultWallTime": "{{text}}" } }""");

        Assert.That(
            services.GetRequiredService<IOptions<IsolationOptions>>().Value.DefaultWallTime,
            Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Test]
    public void Limits_of_a_profile_refine_those_of_its_preset()
    {
        SandboxLimits preset = SandboxPresets.Judge().Build().Limits!;

        Assert.That(
            Limits("""{ "Memory": "128 MiB" }"""), Is.EqualTo(preset with { Memory = 128.MiB() }));
        Assert.That(
            Limits("""{ "Requirement": "Prefer", "CpuBurst": "10 ms" }"""),
            Is.EqualTo(
                preset with { Requirement = Requirement.Prefer, CpuBurst = TimeSpan.FromMilliseconds(10) }));
        Assert.That(Limits("""{ "Cpus": [ 0 ] }""").Cpus, Is.EqualTo(new[] { 0 }));
        Assert.That(
            Limits("""{ "ExtendsPreset": false, "Processes": 9 }"""), Is.EqualTo(new SandboxLimits { Processes = 9 }));
        Assert.That(Limits("{}"), Is.EqualTo(preset));
    }

    [Test]
    public void Each_property_of_the_options_is_a_key()
    {
        Assert.Multiple(() =>
        {
            Check(ConfigurationSchema.Options);
            Check(ConfigurationSchema.Profile);
            Check(ConfigurationSchema.Limits);
            Check(ConfigurationSchema.Bind);
            Check(ConfigurationSchema.TemporaryDirectory);
        });

        static void Check<T>(SectionSchema<T> schema) =>
            Assert.That(
                schema.Keys, Is.EquivalentTo(
                    typeof(T).GetProperties(BindingFlags.Public | BindingFlags.Instance)
                        .Select(property => property.Name)));
    }

    private static SandboxLimits Limits(string limits)
    {
        using ServiceProvider services = TestConfiguration.Services(
            $$"""{ "Isolation": { "Profiles": { "a": { "Preset": "Judge", "Limits": {{limits}} } } } }""");
        return services.GetRequiredService<ISandboxProfiles>().GetSpecification("a").Limits!;
    }

    private static string[] Failures(string section)
    {
        using ServiceProvider services = TestConfiguration.Services($$"""{ "Isolation": {{section}} }""");
        return [.. Assert.Throws<OptionsValidationException>(
            () => _ = services.GetRequiredService<IOptions<IsolationOptions>>().Value)!.Failures];
    }
}
