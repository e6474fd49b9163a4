using Isolation.Linux.Host;
using Isolation.Linux.Init;
using static Isolation.IntegrationTests.Containers.FilteredHost;

namespace Isolation.IntegrationTests.Containers;

/// <summary>
/// Hosts whose filter hides or refuses clone3, as the default filters of container engines do: every process is created
/// with clone.
/// </summary>
public sealed class HiddenCloneTests
{
    [Test]
    public async Task The_unprivileged_tier_works()
    {
        Landlock.Restricted.Require(6);

        string[] report = await RunAsync([("clone3", ENOSYS, 0)], [], "unprivileged");

        Assert.That(report, Does.Contain("once Completed to and fro"));
        Assert.That(report, Does.Contain("coded 3 out err"));
        Assert.That(report, Does.Contain("slow WallTimeExceeded"));
        Assert.That(report, Does.Contain("write 2 False"));
    }

    [Test]
    public async Task Commands_of_the_unprivileged_tier_leave_nothing()
    {
        Landlock.Restricted.Require(6);
        Requires.UserNamespaces();
        Requires.Program("unshare");

        string[] report = await RunAsync(
            [("clone3", ENOSYS, 0)], ["unshare", "--user", "--map-root-user", "--fork", "--pid", "--mount-proc"],
            "unprivileged-ends");

        Assert.That(report.Where(line => line.StartsWith("disposed", StringComparison.Ordinal)),
            Is.Not.Empty.And.All.EqualTo("disposed: "));
    }

    [Test]
    public async Task Every_kind_of_process_is_created()
    {
        Requires.UserNamespaces();
        Requires.Kernel(6, 2);

        string[] report = await RunAsync([("clone3", ENOSYS, 0)], [], "hidden-clone");

        Assert.That(
            report,
            Is.EqualTo(new[]
            {
                "begins", "usable True", "clock True", "beside 3", "supervised 4711", "waited Completed 0", "joined",
                "done",
            }));
    }

    [Test]
    public async Task The_payload_inherits_neither_signals_nor_descriptors()
    {
        Requires.UserNamespaces();

        string[] report = await RunAsync([("clone3", ENOSYS, 0)], ["/usr/bin/env", "--block-signal"], "check");

        const string None = "0000000000000000";
        Assert.That(report, Does.Contain($"SigBlk:\t{None}").And.Contain($"SigCgt:\t{None}"));
        Assert.That(
            report, Does.Contain("open /proc/self/fd/0 /proc/self/fd/1 /proc/self/fd/2 /proc/self/fd/3"));
    }

    /// <summary>
    /// A filter can also refuse clone3 with EPERM. glibc's own threads need the call then, so the filter is loaded by
    /// one thread, for itself and what it launches.
    /// </summary>
    [TestCase(ENOSYS, Namespaces.None)]
    [TestCase(EPERM, Namespaces.None)]
    [TestCase(ENOSYS, Namespaces.User | Namespaces.Pid)]
    [TestCase(EPERM, Namespaces.User | Namespaces.Pid)]
    public void A_launch_falls_back_where_clone3_is_refused(int error, Namespaces kinds)
    {
        if (kinds != Namespaces.None)
        {
            Requires.UserNamespaces();
        }

        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                ThreadFilter.Load("clone3", error);
                long flags = NamespaceKind.All.Where(kind => kinds.HasFlag(kind.Kind)).Sum(kind => kind.Flag);
                Launcher.Start(new LaunchPlan(flags, [], null)).Abandon();
            }
            catch (Exception exception) when (exception is SandboxException or AssertionException)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();

        Assert.That(failure, Is.Null);
    }
}
