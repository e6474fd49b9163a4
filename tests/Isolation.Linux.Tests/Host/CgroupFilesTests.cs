using Isolation.Linux.Host;

namespace Isolation.Linux.Tests.Host;

public sealed class GroupFilesTests
{
    // A process list that is truncated in the middle of a number would name an unrelated process.
    [TestCase(0)]
    [TestCase(1)]
    [TestCase(4_096)]
    [TestCase(65_535)]
    [TestCase(65_536)]
    [TestCase(65_537)]
    [TestCase(1_000_000)]
    public void A_file_is_read_whole(int size)
    {
        string path = Path.GetTempFileName();
        try
        {
            string content = new('7', size);
            File.WriteAllText(path, content);

            Assert.That(CgroupFiles.Read(path), Is.EqualTo(content));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public void A_group_has_all_of_its_members_however_many()
    {
        string directory = Directory.CreateTempSubdirectory("isolation-").FullName;
        try
        {
            string[] members = [.. Enumerable.Range(1, 20_000).Select(number => $"{number}")];
            File.WriteAllText(Path.Combine(directory, "cgroup.procs"), string.Join('\n', members) + "\n");

            Assert.That(CgroupFiles.Members(directory), Is.EqualTo(members));
        }
        finally
        {
            Directory.Delete(directory, true);
        }
    }
}
