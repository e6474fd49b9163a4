using System.Reflection;

namespace Isolation.Core.Tests.Building;

/// <summary>
/// Tests that nothing of a preset is dropped by refining it: a delegate refines, a value replaces.
/// </summary>
public sealed class RefinementTests
{
    private static readonly Dictionary<string, Func<SandboxBuilder, SandboxBuilder>> Refinements = new()
    {
        ["WithLimits(Action`1)"] = builder => builder.WithLimits(limits => limits.Memory(1 << 20)),
        ["WithLandlock(Action`1)"] = builder => builder.WithLandlock(landlock => landlock.Read("/srv")),
        ["WithSystemCalls(Action`1)"] = builder => builder.WithSystemCalls(calls => calls.Deny(1, "kill")),
        ["WithHardening(Func`2)"] = builder => builder.WithHardening(hardening => hardening),
    };

    /// <summary>The delegates that begin anew, as their documentation says.</summary>
    private static readonly string[] Replacements = ["WithRoot(Action`1)", "WithIdMap(Action`1)"];

    private static IEnumerable<string> Names => Refinements.Keys;

    [Test]
    public void Each_delegate_either_refines_or_is_known_to_replace() =>
        Assert.That(
            typeof(SandboxBuilder).GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(method => method.Name.StartsWith("With", StringComparison.Ordinal))
                .Where(method => method.GetParameters() is [var first, ..]
                    && typeof(Delegate).IsAssignableFrom(first.ParameterType))
                .Select(method => $"{method.Name}({method.GetParameters()[0].ParameterType.Name})"),
            Is.EquivalentTo(Refinements.Keys.Concat(Replacements)));

    [TestCaseSource(nameof(Names))]
    public void A_delegate_keeps_the_rest_of_a_preset(string name)
    {
        SandboxSpecification preset = SandboxPresets.Judge().Build();

        SandboxSpecification refined = Refinements[name](new SandboxBuilder(preset)).Build();

        Assert.Multiple(() =>
        {
            Assert.That(refined.Limits! with { Memory = preset.Limits!.Memory }, Is.EqualTo(preset.Limits));
            Assert.That(refined.Landlock!.MountRules, Is.EqualTo(preset.Landlock!.MountRules));
            Assert.That(refined.SystemCalls with { Rules = [] }, Is.EqualTo(preset.SystemCalls with { Rules = [] }));
            Assert.That(refined.Hardening, Is.EqualTo(preset.Hardening));
            Assert.That(refined.Mounts, Is.EqualTo(preset.Mounts));
        });
    }

    [Test]
    public void Protections_of_a_preset_can_be_removed_explicitly()
    {
        SandboxSpecification specification = SandboxPresets.Judge().WithoutLimits().WithoutLandlock().Build();

        Assert.That(specification.Limits, Is.Null);
        Assert.That(specification.Landlock, Is.Null);
    }

    [Test]
    public void Rules_precede_those_of_the_filter_that_they_are_added_to()
    {
        SandboxSpecification specification = new SandboxBuilder()
            .WithSystemCalls(calls => calls.Deny(1, "kill"))
            .WithSystemCalls(calls => calls.Allow("kill").Deny(2, "tkill"))
            .Build();

        Assert.That(
            specification.SystemCalls.Rules.Select(rule => $"{rule.Action} {rule.Names[0]}"),
            Is.EqualTo(new[] { "Allow kill", "Errno(2) tkill", "Errno(1) kill" }));
    }
}
