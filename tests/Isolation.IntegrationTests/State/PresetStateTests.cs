using System.Reflection;
using Isolation.Linux.State.Json;
using Isolation.Linux.Tests.State;

namespace Isolation.IntegrationTests.State;

/// <summary>Checks that the specifications of all presets can be saved.</summary>
public sealed class PresetStateTests
{
    private static IEnumerable<TestCaseData> Presets =>
        from preset in typeof(SandboxPresets).GetMethods(BindingFlags.Public | BindingFlags.Static)
        where preset.ReturnType == typeof(SandboxBuilder) && preset.GetParameters().Length == 0
        select new TestCaseData(((SandboxBuilder)preset.Invoke(null, null)!).Build()).SetArgDisplayNames(preset.Name);

    [TestCaseSource(nameof(Presets))]
    public void A_preset_is_read_as_it_was_written(SandboxSpecification preset)
    {
        SandboxSpecification[] variants =
        [
            preset,
            preset with { HostName = "own", Name = "preset" },
            preset with { SystemCalls = SystemCallFilter.Off },
            preset with { Limits = new SandboxLimits { Devices = DefaultDevices.Rules } },
            preset with { User = SandboxUser.SameAsHost, Namespaces = NamespaceSet.NewOnly(Namespaces.None) },
        ];
        foreach (SandboxSpecification variant in variants)
        {
            SandboxSpecification copy = SpecificationJson.Read(SpecificationJson.Write(variant));

            Assert.That(Difference.Find(variant, copy), Is.Null);
            Assert.That(copy.FindErrors(), Is.EqualTo(variant.FindErrors()));
        }
    }
}
