using Isolation.ArchitectureTests.Facts;
using Isolation.ArchitectureTests.Rules;

namespace Isolation.ArchitectureTests;

/// <summary>Checks that references only point up the list of layers, and that only the provider names kernel
/// details.</summary>
public sealed class LayerTests
{
    private static readonly AssemblyFacts Abstractions = AssemblyFacts.Of("Isolation.Abstractions");
    private static readonly AssemblyFacts Core = AssemblyFacts.Of("Isolation.Core");
    private static readonly AssemblyFacts Testing = AssemblyFacts.Of("Isolation.Testing");
    private static readonly AssemblyFacts Linux = AssemblyFacts.Of("Isolation.Linux");
    private static readonly AssemblyFacts Contracts = AssemblyFacts.Of("Isolation.Plugins.Contracts");
    private static readonly AssemblyFacts Plugins = AssemblyFacts.Of("Isolation.Plugins");

    [Test]
    public void Abstractions_depend_on_nothing() =>
        Assert.That(ReferenceRule.Violations(Abstractions.References, "System.*"), Is.Empty);

    [Test]
    public void Core_sees_abstractions_and_the_framework() =>
        Assert.That(
            ReferenceRule.Violations(
                Core.References, "System.*", "Microsoft.Extensions.*", "Isolation.Abstractions"), Is.Empty);

    [Test]
    public void Fakes_see_abstractions_and_core() =>
        Assert.That(
            ReferenceRule.Violations(
                Testing.References, "System.*", "Microsoft.Extensions.*", "Isolation.Abstractions", "Isolation.Core"),
            Is.Empty);

    [Test]
    public void The_provider_never_sees_core() =>
        Assert.That(
            ReferenceRule.Violations(
                Linux.References, "System.*", "Microsoft.Extensions.*", "CommunityToolkit.HighPerformance",
                "Microsoft.Win32.Primitives", "Isolation.Abstractions"),
            Is.Empty);

    [Test]
    public void The_author_s_side_of_plug_ins_sees_no_sandbox() =>
        Assert.That(
            ReferenceRule.Violations(
                Contracts.References, "System.*", "Microsoft.Extensions.*", "Microsoft.Win32.Primitives",
                "StreamJsonRpc"), Is.Empty);

    [Test]
    public void The_host_s_side_of_plug_ins_never_sees_the_provider() =>
        Assert.That(
            ReferenceRule.Violations(
                Plugins.References, "System.*", "Microsoft.Extensions.*", "StreamJsonRpc", "Isolation.Abstractions",
                "Isolation.Core", "Isolation.Plugins.Contracts"),
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
            Assert.That(NativeCallRule.Violations(Contracts.NativeCalls, home: null), Is.Empty);
            Assert.That(NativeCallRule.Violations(Plugins.NativeCalls, home: null), Is.Empty);
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
            Assert.That(NamespaceRule.Violations(Testing.PublicTypes, "Isolation.Testing"), Is.Empty);
            Assert.That(NamespaceRule.Violations(Contracts.PublicTypes, "Isolation.Plugins"), Is.Empty);
            Assert.That(NamespaceRule.Violations(Plugins.PublicTypes, "Isolation.Plugins"), Is.Empty);
            Assert.That(NamespaceRule.Violations(Linux.PublicTypes, "Isolation.Linux", Injection), Is.Empty);
        }
    }
}
