using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Commands;

public sealed class ManyCommandsTests
{
    private const int MaximumAtOnce = 1024;

    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task One_after_the_other_in_one_sandbox()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        for (int i = 0; i < 200; i++)
        {
            Assert.That(await sandbox.OutputAsync($"echo {i}"), Is.EqualTo($"{i}"));
        }

        Assert.That(await sandbox.OutputAsync("cd /proc; set -- [0-9]*; echo $#"), Is.EqualTo("2"));
    }

    [Test]
    public async Task Fifty_at_once_in_one_sandbox()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        for (int round = 0; round < 3; round++)
        {
            string[] outputs = await Task.WhenAll(
                Enumerable.Range(0, 50).Select(i => sandbox.OutputAsync($"echo {i}; exit 0")));
            Assert.That(outputs, Is.EqualTo(Enumerable.Range(0, 50).Select(i => $"{i}")));
        }
    }

    [Test]
    public async Task Each_of_those_at_once_has_its_own_result()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        SandboxResult[] results = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(
                i => sandbox.RunAsync(Guest.Shell(i % 2 == 0 ? $"exit {i}" : "kill -USR1 $$"))));

        Assert.Multiple(() =>
        {
            for (int i = 0; i < results.Length; i++)
            {
                Assert.That(
                    (results[i].ExitCode, results[i].Signal),
                    Is.EqualTo(i % 2 == 0 ? ((int?)i, (UnixSignal?)null) : (null, UnixSignal.SIGUSR1)));
            }
        });
    }

    [Test]
    public async Task More_than_the_most_at_once_is_a_clear_error()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        SandboxCommand command = new("/bin/sleep", "100000")
        {
            StandardOutput = OutputTarget.Null,
            StandardError = OutputTarget.Null,
        };
        List<ISandboxProcess> running = [];
        for (int i = 0; i < MaximumAtOnce; i++)
        {
            running.Add(await sandbox.StartAsync(command));
        }

        Assert.That(
            async () => await sandbox.StartAsync(command),
            Throws.InstanceOf<SandboxException>().With.Message.Contains($"{MaximumAtOnce}"));

        // One that ends makes room for another.
        await running[500].SendSignalAsync(UnixSignal.SIGTERM);
        Assert.That((await running[500].WaitForExitAsync()).Signal, Is.EqualTo(UnixSignal.SIGTERM));
        Assert.That(await sandbox.OutputAsync("echo there is room"), Is.EqualTo("there is room"));
        Assert.That(running.Select(process => process.Id).Distinct().Count(), Is.EqualTo(MaximumAtOnce));
    }

    [Test]
    public async Task Commands_of_one_sandbox_see_each_other()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess first = await sandbox.StartAsync(new SandboxCommand("/bin/sleep", "100000"));

        string output = await sandbox.OutputAsync($"cat /proc/{first.Id}/comm; kill {first.Id}");

        Assert.That(output, Is.EqualTo("sleep"));
        Assert.That((await first.WaitForExitAsync()).Signal, Is.EqualTo(UnixSignal.SIGTERM));
    }

    [Test]
    public async Task Many_sandboxes_at_once()
    {
        string[] outputs = await Task.WhenAll(
            Enumerable.Range(0, 30).Select(
                i => Specification.OutputAsync($"echo {i}; cd /proc; set -- [0-9]*; echo $#")));

        Assert.That(outputs, Is.EqualTo(Enumerable.Range(0, 30).Select(i => $"{i}\n2")));
    }

    [Test]
    public async Task Orphans_are_reaped()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        await sandbox.OutputAsync("for i in $(seq 50); do (setsid sh -c 'exit 7' &) ; done; true");

        // They end by themselves; what they leave behind is taken away by init.
        string left;
        do
        {
            left = await sandbox.OutputAsync("cd /proc; set -- [0-9]*; echo $#");
        }
        while (left != "2");
    }
}
