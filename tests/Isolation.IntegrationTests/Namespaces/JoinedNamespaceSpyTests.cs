using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.NamespaceKinds;

/// <summary>
/// A launch into a namespace where strangers are gives them nothing: neither the memory of the host nor that of init,
/// which holds what the host has sent (the class of CVE-2016-9962).
/// </summary>
public sealed class JoinedNamespaceSpyTests
{
    private static readonly Namespaces[] Others =
        [Namespaces.Mount, Namespaces.Network, Namespaces.Ipc, Namespaces.Uts, Namespaces.Cgroup, Namespaces.Time];

    private static readonly SandboxSpecification Donor = Guest.Specification() with
    {
        Namespaces = NamespaceSet.NewOnly(Namespaces.All),
        SystemCalls = SystemCallFilter.Off,
    };

    /// <summary>
    /// A sandbox whose processes are outside of every user namespace: over those that root makes they have all
    /// capabilities.
    /// </summary>
    private static readonly SandboxSpecification DonorOfRoot = Donor with
    {
        Namespaces = NamespaceSet.NewOnly(Namespaces.All & ~Namespaces.User),
    };

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Guest.RequirePython();
    }

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task Processes_of_a_joined_user_namespace_get_nothing_of_a_launch(uint user)
    {
        RequireUser(user);
        await using ISandbox donor = await Donor.CreateAsync();
        NamespaceSource joined = NamespaceSource.OfProcess(donor.ProcessId);

        await AssertNothingIsCaughtAsync(donor, user, AllSets(donor, joined), refusals: 0);
    }

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task Processes_outside_of_a_new_user_namespace_get_nothing_of_a_launch_into_it(uint user)
    {
        Requires.Root();
        await using ISandbox donor = await DonorOfRoot.CreateAsync();

        // A new user namespace has no rights over mounts and clocks that are joined.
        await AssertNothingIsCaughtAsync(donor, user, AllSets(donor, NamespaceSource.New), refusals: 32);
    }

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task Processes_of_the_host_s_user_namespace_get_nothing_of_a_launch(uint user)
    {
        Requires.Root();
        await using ISandbox donor = await DonorOfRoot.CreateAsync();

        await AssertNothingIsCaughtAsync(donor, user, AllSets(donor, NamespaceSource.Host), refusals: 0);
    }

    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task Processes_outside_of_a_joined_user_namespace_get_nothing_of_a_launch_into_it(uint user)
    {
        Requires.Root();
        await using ISandbox donor = await DonorOfRoot.CreateAsync();
        await using ISandbox users = await Donor.CreateAsync();

        // The joined user namespace has no rights over the joined PID namespace.
        await AssertNothingIsCaughtAsync(
            donor, user, AllSets(donor, NamespaceSource.OfProcess(users.ProcessId)), refusals: 64);
    }

    /// <summary>
    /// Until init is executed it shares the host's memory, and is in a user namespace over which every process of the
    /// host's user has all capabilities.
    /// </summary>
    [Test]
    public async Task Processes_of_the_host_s_pid_namespace_get_nothing_of_a_launch_by_root()
    {
        Requires.Root();
        SandboxSpecification outside = Donor with
        {
            Namespaces = NamespaceSet.NewOnly(Namespaces.Mount),
            Mounts = [.. Guest.Programs, new BindMount("/proc", "/proc"), new DeviceMount(),
                new TemporaryMount("/tmp")],
            User = new SandboxUser(0, 0),
        };
        await using ISandbox donor = await outside.CreateAsync();
        await using NamespaceSpy spy = await NamespaceSpy.StartAsync(donor, outside.User, isOnHost: true);

        await spy.CatchAsync("/bin/sleep");
        for (int launch = 0; launch < 100; launch++)
        {
            await using ISandbox sandbox = await new SandboxSpecification().CreateAsync();
        }

        await spy.CatchAsync("/bin/sleep");
        string secret = Convert.ToHexStringLower(NamespaceSpy.Secret);
        Assert.That(
            (await spy.EndAsync()).Where(
                line => line.Split(' ')[2] == secret || line.Split(' ')[2] == "init"), Is.Empty);
    }

    [Test]
    public async Task The_host_can_be_traced_again_after_launches_that_succeed_and_fail()
    {
        SandboxSpecification refused = new() { Root = new DirectoryRoot("/nowhere/at/all") };
        int before = (int)Kernel.prctl(Kernel.PrGetDumpable, 0);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async launch =>
        {
            try
            {
                await using ISandbox sandbox = await (launch % 2 == 0 ? new SandboxSpecification() : refused)
                    .CreateAsync();
            }
            catch (SandboxException) when (launch % 2 != 0)
            {
            }
        }));

        Assert.That(Kernel.prctl(Kernel.PrGetDumpable, 0), Is.EqualTo(before));
    }

    /// <summary>The process that will execute a command shares the memory of init.</summary>
    [TestCase(0u)]
    [TestCase(1000u)]
    public async Task Processes_of_a_joined_pid_namespace_get_nothing_of_a_command_before_it_is_executed(uint user)
    {
        RequireUser(user);
        await using ISandbox donor = await Donor.CreateAsync();
        SandboxSpecification joining = new()
        {
            Namespaces = new NamespaceSet().With(Namespaces.All, NamespaceSource.OfProcess(donor.ProcessId)),
            User = new(user, user),
        };
        await using ISandbox sandbox = await joining.CreateAsync();
        await using NamespaceSpy spy = await NamespaceSpy.StartAsync(donor, new SandboxUser(user, user));

        await spy.CatchAsync("/bin/sleep");
        for (int command = 0; command < 30; command++)
        {
            Assert.That((await sandbox.RunAsync(new SandboxCommand("/bin/true"))).IsSuccess, Is.True);
        }

        // Programs that have been executed are dumpable, and of the same user.
        await spy.CatchAsync("/bin/sleep");
        Assert.That((await spy.EndAsync()).Where(line => line.Split(' ')[2] != "other"), Is.Empty);
    }

    /// <summary>The map of an ordinary user has one id unless it asks for more.</summary>
    private static void RequireUser(uint user)
    {
        if (user == 0)
        {
            Requires.Root();
        }
    }

    private static IEnumerable<NamespaceSet> AllSets(ISandbox donor, NamespaceSource users)
    {
        for (int choice = 0; choice < 1 << Others.Length; choice++)
        {
            NamespaceSet set = NamespaceSet.NewOnly(Namespaces.All).With(Namespaces.User, users);
            Namespaces joined = Namespaces.Pid;
            for (int kind = 0; kind < Others.Length; kind++)
            {
                joined |= (choice & (1 << kind)) != 0 ? Others[kind] : Namespaces.None;
            }

            yield return set.With(joined, NamespaceSource.OfProcess(donor.ProcessId));
        }
    }

    private static async Task AssertNothingIsCaughtAsync(
        ISandbox donor, uint user, IEnumerable<NamespaceSet> sets, int refusals)
    {
        await using NamespaceSpy spy = await NamespaceSpy.StartAsync(donor, new SandboxUser(user, user));
        List<string> refused = [];

        await spy.CatchAsync("/bin/sleep");
        foreach (NamespaceSet set in sets)
        {
            try
            {
                await using ISandbox sandbox = await new SandboxSpecification { Namespaces = set }.CreateAsync();
            }
            catch (SandboxException refusal)
            {
                refused.Add(refusal.Message);
            }
        }

        await spy.CatchAsync("/bin/sleep");
        Assert.Multiple(async () =>
        {
            Assert.That(await spy.EndAsync(), Is.Empty);
            Assert.That(refused, Has.Count.EqualTo(refusals));
        });
    }
}
