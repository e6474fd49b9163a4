using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Groups;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Many sandboxes with limits on one host.</summary>
public sealed class ManyGroupsTests
{
    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task The_next_application_removes_all_cgroups_of_one_that_was_killed_while_it_created_500()
    {
        string[] foreign = [.. Groups.Parents.Select(
            parent => Path.Combine(parent, $"foreign-{Environment.ProcessId}"))];
        Array.ForEach(foreign, directory => Directory.CreateDirectory(directory));
        try
        {
            int dead;
            using (HostProgram host = HostProgram.Start("hold-limited", "500"))
            {
                await host.ReadUntilAsync("halfway");
                dead = host.ProcessId;
                host.Kill();
            }

            Assert.That(
                Groups.Of(dead), Has.Length.GreaterThanOrEqualTo(250), "it leaves what only the next one can remove");

            // The next application waits only briefly for the cgroups that it removes.
            Assert.That(() => Groups.MembersOf(dead), Is.Empty.After((int)Guest.Patience.TotalMilliseconds, 5));

            using HostProgram next = HostProgram.Start("hold-limited", "1");
            await next.ReadUntilAsync("ready");

            Assert.That(Groups.Of(dead), Is.Empty);
            Assert.That(foreign.Where(Directory.Exists), Is.EqualTo(foreign));
        }
        finally
        {
            Array.ForEach(foreign, Directory.Delete);
            Array.ForEach(Groups.Parents, StaleCgroupCleaner.Sweep);
        }
    }
}
