using Isolation.ArchitectureTests.Facts;
using Isolation.ArchitectureTests.Rules;

namespace Isolation.ArchitectureTests;

/// <summary>References point up the list of layers only, and only the provider speaks of the kernel.</summary>
public sealed class LayerTests
{
    private static readonly AssemblyFacts Abstractions = AssemblyFacts.Of("Isolation.Abstractions");
    private static readonly AssemblyFacts Core = AssemblyFacts.Of("Isolation.Core");
    private static readonly AssemblyFacts Linux = AssemblyFacts.Of("Isolation.Linux");

    [Test]
    public void Abstractions_depend_on_nothing() =>
        Assert.That(ReferenceRule.Violations(Abstractions.References, "System.*"), Is.Empty);

    [Test]
    public void Core_sees_abstractions_and_the_framework() =>
        Assert.That(ReferenceRule.Violations(Core.References, "System.*", "Microsoft.Extensions.*", "Isolation.Abstractions"), Is.Empty);

    [Test]
    public void The_provider_never_sees_core() =>
        Assert.That(
            ReferenceRule.Violations(
                Linux.References, "System.*", "Microsoft.Extensions.*", "CommunityToolkit.HighPerformance",
                "Microsoft.Win32.Primitives", "Isolation.Abstractions"),
            Is.Empty);

    [Test]
    public void Core_names_no_part_of_the_kernel() => Assert.That(KernelWordRule.Violations(Core.Strings), Is.Empty);

    [Test]
    public void Only_the_interop_of_the_provider_calls_native_code()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(NativeCallRule.Violations(Abstractions.NativeCalls, home: null), Is.Empty);
            Assert.That(NativeCallRule.Violations(Core.NativeCalls, home: null), Is.Empty);
            Assert.That(NativeCallRule.Violations(Linux.NativeCalls, "Isolation.Linux.Interop"), Is.Empty);
        }
    }

    [Test]
    public void A_user_needs_one_using_for_each_package()
    {
        const string Injection = "Microsoft.Extensions.DependencyInjection";
        using (Assert.EnterMultipleScope())
        {
            Assert.That(NamespaceRule.Violations(Abstractions.PublicTypes, "Isolation"), Is.Empty);
            Assert.That(NamespaceRule.Violations(Core.PublicTypes, "Isolation", Injection), Is.Empty);
            Assert.That(NamespaceRule.Violations(Linux.PublicTypes, "Isolation.Linux", Injection), Is.Empty);
        }
    }
}
