using System.Formats.Tar;
using CodeJudge.Judging;

namespace Isolation.CodeJudge.Tests.Judging;

/// <summary>The files that a compiler leaves may be anything.</summary>
public sealed class ArchiveTests
{
    [Test]
    public void Files_are_taken()
    {
        IReadOnlyList<FileEntry> files = Archive.Read(
            Make(File("./main", "program"), File("./package/Part.class", "class")), "/box");

        Assert.That(
            files.Select(file => file.Target), Is.EquivalentTo(new[] { "/box/main", "/box/package/Part.class" }));
        Assert.That(
            files.Single(file => file.Target == "/box/main").Content.ToArray(), Is.EqualTo("program"u8.ToArray()));
    }

    [Test]
    public void Links_devices_and_pipes_are_left_out()
    {
        byte[] archive = Make(
            new PaxTarEntry(TarEntryType.SymbolicLink, "./link") { LinkName = "/etc/shadow" },
            new PaxTarEntry(TarEntryType.HardLink, "./hard") { LinkName = "/etc/shadow" },
            new PaxTarEntry(TarEntryType.CharacterDevice, "./device"),
            new PaxTarEntry(TarEntryType.Fifo, "./pipe"),
            new PaxTarEntry(TarEntryType.Directory, "./directory"));

        Assert.That(Archive.Read(archive, "/box"), Is.Empty);
    }

    [TestCase("../etc/passwd")]
    [TestCase("./a/../../b")]
    [TestCase("/etc/passwd")]
    [TestCase("./a//b")]
    public void Names_that_lead_elsewhere_are_refused(string name) =>
        Assert.That(() => Archive.Read(Make(File(name, "")), "/box"), Throws.InstanceOf<InvalidDataException>());

    [Test]
    public void A_million_names_are_refused() =>
        Assert.That(
            () => Archive.Read(Make([.. Enumerable.Range(0, 1001).Select(number => File($"./{number}", "x"))]), "/box"),
            Throws.InstanceOf<InvalidDataException>());

    [Test]
    public void Anything_else_is_no_archive() =>
        Assert.That(
            () => Archive.Read(Enumerable.Repeat((byte)'x', 4096).ToArray(), "/box"),
            Throws.InstanceOf<InvalidDataException>());

    [Test]
    public void An_archive_that_was_cut_off_is_refused() =>
        Assert.That(
            () => Archive.Read(Make(File("./main", new string('x', 4000))).AsMemory(0, 2048), "/box"),
            Throws.InstanceOf<InvalidDataException>());

    private static PaxTarEntry File(string name, string text) =>
        new(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(text)) };

    private static byte[] Make(params TarEntry[] entries)
    {
        using MemoryStream stream = new();
        using (TarWriter writer = new(stream, leaveOpen: true))
        {
            foreach (TarEntry entry in entries)
            {
                writer.WriteEntry(entry);
            }
        }

        return stream.ToArray();
    }
}
