using Isolation.IntegrationTests.Support;
using Isolation.Linux.Cgroups.Groups;
using Isolation.Linux.Host;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Limits;

/// <summary>Many sandboxes with limits on one host.</summary>
public sealed class ManyGroupsTests
{
    [SetUp]
    public void NeedGroups() => Groups.Require();

    [Test]
    public async Task Of_a_host_that_is_killed_while_it_makes_500_the_next_one_finds_all_and_takes_nothing_else()
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

            // What the next host removes it waits for only a moment.
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
