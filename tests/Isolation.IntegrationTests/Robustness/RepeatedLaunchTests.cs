using System.Globalization;
using Isolation.Linux;
using Isolation.TestHost;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Thousands of launches in a row leave nothing behind.</summary>
public sealed class RepeatedLaunchTests
{
    private const int Sandboxes = 300;

    // Code that is compiled anew and segments of the heap; far less than one for each launch.
    private const int FurtherMappings = 150;

    /// <summary>Gets the number of launches: 2,000 for root in the gate, otherwise 1,000.</summary>
    private static int Launches =>
        int.TryParse(
            Environment.GetEnvironmentVariable("ISOLATION_STRESS_LAUNCHES"), CultureInfo.InvariantCulture,
            out int count) ? count : 1000;

    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task One_shots_in_a_row_leave_nothing()
    {
        SandboxCommand command = new("/bin/true");
        for (int i = 0; i < 200; i++)
        {
            (await LinuxSandboxProvider.Default.RunAsync(TestSandboxes.Standard, command)).EnsureSuccess();
        }

        HostState before = HostState.Capture();
        for (int i = 0; i < Launches; i++)
        {
            (await LinuxSandboxProvider.Default.RunAsync(TestSandboxes.Standard, command)).EnsureSuccess();
        }

        HostState.Capture().HasNothingMoreThan(before, FurtherMappings);
    }

    [Test]
    public async Task Sandboxes_in_a_row_leave_nothing()
    {
        await RunSandboxesAsync(50);
        HostState before = HostState.Capture();
        await RunSandboxesAsync(Sandboxes);
        HostState.Capture().HasNothingMoreThan(before, FurtherMappings);
    }

    // Unreleased objects accumulate if the garbage collector has no other reason to run.
    [Test]
    public async Task Nothing_is_left_to_the_garbage_collector()
    {
        await RunSandboxesAsync(10);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        HostState before = HostState.Capture(collect: false);
        Assert.That(GC.TryStartNoGCRegion(100 << 20), Is.True);
        try
        {
            await RunSandboxesAsync(20);
            HostState after = HostState.Capture(collect: false);
            Assert.That(
                after.Descriptors, Has.Length.LessThanOrEqualTo(before.Descriptors.Length),
                () => string.Join('\n', after.Descriptors.Except(before.Descriptors)));
        }
        finally
        {
            GC.EndNoGCRegion();
        }
    }

    // Each kind of failure on its way out closes other things.
    [Test]
    public async Task Failures_in_a_row_leave_nothing()
    {
        await FailAsync(10);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        HostState before = HostState.Capture(collect: false);
        await FailAsync(100);
        HostState.Capture(collect: false).HasNothingMoreThan(before, FurtherMappings);
    }

    private static async Task RunSandboxesAsync(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await using ISandbox sandbox = await LinuxSandboxProvider.Default.CreateAsync(TestSandboxes.Standard);
            (await sandbox.RunAsync(new SandboxCommand("/bin/true"))).EnsureSuccess();
            await using ISandboxProcess process = await sandbox.StartAsync(new SandboxCommand("/bin/cat")
            {
                StandardInput = InputSource.Pipe,
                StandardOutput = OutputTarget.Pipe,
                StandardError = OutputTarget.Pipe,
            });
        }
    }

    private static async Task FailAsync(int count)
    {
        LinuxSandboxProvider provider = LinuxSandboxProvider.Default;
        SandboxCommand missing = new("/no/such/program");
        SandboxCommand piped = missing with
        {
            StandardInput = InputSource.Pipe,
            StandardOutput = OutputTarget.Pipe,
            StandardError = OutputTarget.Pipe,
        };
        SandboxSpecification impossible = TestSandboxes.Standard
            with
        { Mounts = [new BindMount("/no/such/directory", "/x")] };
        await using ISandbox sandbox = await provider.CreateAsync(TestSandboxes.Standard);
        for (int i = 0; i < count; i++)
        {
            await Assert.ThrowsAsync<SandboxException>(() => provider.RunAsync(TestSandboxes.Standard, missing));
            await Assert.ThrowsAsync<SandboxException>(() => provider.RunAsync(impossible, missing));
            await Assert.ThrowsAsync<SandboxException>(() => provider.CreateAsync(impossible));
            await Assert.ThrowsAsync<SandboxException>(() => sandbox.StartAsync(piped));
            await Assert.ThrowsAsync<SandboxException>(
                () => sandbox.RunAsync(
                    missing with { StandardInput = InputSource.FromStream(new MemoryStream([1, 2, 3])) }));
        }

        await sandbox.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => sandbox.StartAsync(piped));
    }
}
