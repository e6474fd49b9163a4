using System.Runtime.InteropServices;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Tests.Programs;

/// <summary>Checks that the listings in <c>docs/walker.md</c> match the code.</summary>
public sealed class WalkerDocumentTests
{
    private static readonly string Document = Read();

    [TestCase(Architecture.X64)]
    [TestCase(Architecture.Arm64)]
    public void Shows_the_walker(Architecture architecture) =>
        Assert.That(Document, Does.Contain($"```\n{Listing.OfFunction(Walker.For(architecture))}```\n"));

    [TestCase(Architecture.X64)]
    [TestCase(Architecture.Arm64)]
    public void Shows_the_entry(Architecture architecture) =>
        Assert.That(Document, Does.Contain($"```\n{Listing.OfEntry(Walker.For(architecture))}```\n"));

    [Test]
    public void Names_the_lengths()
    {
        string lengths = $"{Walker.X64.Code.Length} bytes on x86-64, {Walker.Arm64.Code.Length} on arm64";

        Assert.That(Document.ReplaceLineEndings(" "), Does.Contain(lengths));
    }

    [Test]
    public void Names_the_addresses() =>
        Assert.That(Document, Does.Contain($"0x{ElfImage.CodeAddress:x}").And.Contain($"0x{ElfImage.DataAddress:x}"));

    private static string Read()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Isolation.sln")))
        {
            directory = directory.Parent;
        }

        return File.ReadAllText(Path.Combine(directory!.FullName, "docs", "walker.md"));
    }
}
