using System.Runtime.InteropServices;
using Isolation.ArchitectureTests.Facts;
using Isolation.ArchitectureTests.Rules;

namespace Isolation.ArchitectureTests;

/// <summary>Checks that every rule can fail, with a sample that breaks the rule and one that does not.</summary>
public sealed class RuleTests
{
    private const string Forbidden = "/proc/self/status";

    [Test]
    public void References_are_held_against_the_list() =>
        Assert.That(
            ReferenceRule.Violations(
                ["System.Runtime", "Isolation.Core", "Systematic"], "System.*", "Isolation.Abstractions"),
            Is.EqualTo(["Isolation.Core", "Systematic"]));

    [TestCase("/proc", false)]
    [TestCase("/proc/self/ns", true)]
    [TestCase("cannot read /sys/fs/cgroup", true)]
    [TestCase("EPERM", true)]
    [TestCase("mount: EINVAL (22)", true)]
    [TestCase("/usr/process", false)]
    [TestCase("/usr/sys", false)]
    [TestCase("PERMISSION", false)]
    [TestCase("EPERMANENT", false)]
    public void Words_of_the_kernel_are_found(string text, bool found) =>
        Assert.That(KernelWordRule.Violations([text]).Any(), Is.EqualTo(found));

    [Test]
    public void Native_calls_are_held_against_their_home()
    {
        NativeCall inside = new("Isolation.Linux.Interop.Mount", "Libc", "mount");
        NativeCall outside = new("Isolation.Linux.Interoperable", "Helper", "mount");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(NativeCallRule.Violations([inside, outside], "Isolation.Linux.Interop"), Is.EqualTo([outside]));
            Assert.That(NativeCallRule.Violations([inside], home: null), Is.EqualTo([inside]));
        }
    }

    [Test]
    public void Namespaces_are_held_against_the_list()
    {
        TypeName hidden = new("Isolation.Linux.Setup", "MountStep");

        Assert.That(
            NamespaceRule.Violations([new("Isolation.Linux", "Provider"), hidden], "Isolation.Linux"),
            Is.EqualTo([hidden]));
    }

    [TestCase("public sealed class A\n{\n    public class Nested;\n}\ninternal class B;\n", 0)]
    [TestCase("public interface A\n{\n}\n\npublic enum B\n{\n}\n", 1)]
    [TestCase("public readonly record struct A(int B);\npublic static class Other;\n", 1)]
    [TestCase("public delegate void A(int b);\npublic sealed record Other;\n", 1)]
    [TestCase("public abstract record Other;\n", 1)]
    [TestCase("public partial class A<T>;\n", 0)]
    public void A_second_public_type_is_found(string text, int violations) =>
        Assert.That(OneTypePerFileRule.Violations([new TextFile("src/A.cs", text)]).Count(), Is.EqualTo(violations));

    [TestCase("a\nb\nc\n", 0)]
    [TestCase("a\nb\nc\nd\n", 1)]
    public void A_long_file_is_found(string text, int violations) =>
        Assert.That(FileLengthRule.Violations([new TextFile("A.cs", text)], limit: 3).Count(), Is.EqualTo(violations));

    [TestCase("abc\nabc", 0)]
    [TestCase("abc\nabcd", 1)]
    public void A_long_line_is_found(string text, int violations) =>
        Assert.That(LineLengthRule.Violations([new TextFile("A.cs", text)], limit: 3).Count(), Is.EqualTo(violations));

    [TestCase(2, 0)]
    [TestCase(1, 1)]
    public void A_full_folder_is_found(int limit, int violations) =>
        Assert.That(
            FolderSizeRule.Violations(
                [new TextFile("a/A.cs", ""), new TextFile("a/B.cs", ""), new("b/C.cs", "")], limit).Count(),
            Is.EqualTo(violations));

    // The host names are concatenated here, because the rule reads this file too.
    [TestCase("see /srv/clone/README.md", 1)]
    [TestCase("https://www.nuget" + ".org/packages", 1)]
    [TestCase("https://registry.npm" + "js.org", 1)]
    [TestCase("cd /home/jo/" + "src/isolation", 1)]
    [TestCase("see /usr/srv/clone", 0)]
    [TestCase("<packageSource key=\"nuget.org\">", 0)]
    [TestCase("WorkingDirectory = \"/work\"", 0)]
    public void A_foreign_place_is_found(string text, int violations) =>
        Assert.That(
            ForeignPlaceRule.Violations([new TextFile("a.md", text)], "/srv/clone").Count(), Is.EqualTo(violations));

    [Test]
    public void The_contents_of_an_assembly_are_read()
    {
        AssemblyFacts own = AssemblyFacts.Of("Isolation.ArchitectureTests");

        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.References, Does.Contain("Isolation.TestSupport"));
            Assert.That(own.Strings, Does.Contain(Forbidden));
            Assert.That(own.Strings, Does.Contain("a literal in a method"));
            Assert.That(
                own.NativeCalls, Is.EqualTo(
                    [new NativeCall("Isolation.ArchitectureTests", nameof(RuleTests), nameof(GetProcessId))]));
            Assert.That(own.PublicTypes, Does.Contain(new TypeName("Isolation.ArchitectureTests", nameof(RuleTests))));
            Assert.That(
                own.PublicTypes, Does.Not.Contain(
                    new TypeName("Isolation.ArchitectureTests.Facts", nameof(AssemblyFacts))));
        }
    }

    // Never called; the rule must find it.
    [DllImport("libc", EntryPoint = "getpid")]
    private static extern int GetProcessId();
}
