using Isolation.IntegrationTests.Support;
using Isolation.IntegrationTests.Robustness;
using Isolation.Linux;
using Isolation.Linux.Interop;

namespace Isolation.IntegrationTests.Sandboxes.Detached;

/// <summary>A state directory of the test, and applications that use it.</summary>
public abstract class DetachedFixture
{
    private HostDirectory? _directory, _states;

    internal static SandboxSpecification Specification { get; } =
        Guest.Specification() with { Name = "left", Lifetime = SandboxLifetime.Detached };

    internal string States => _states!.At("states");

    /// <summary>A directory of the host that the sandbox sees as /shared.</summary>
    internal HostDirectory Shared => _directory!;

    [SetUp]
    public void CreateDirectory()
    {
        Requires.UserNamespaces();
        // A user who may write to the second one could replace the directory with the states.
        (_directory, _states) = (new HostDirectory(), new HostDirectory(HostDirectory.Private));
    }

    [TearDown]
    public async Task StopAll()
    {
        try
        {
            LinuxSandboxProvider application = Application();
            foreach (DetachedSandbox left in await application.ListAsync())
            {
                if (left.IsAttached)
                {
                    // A test that failed has not released it.
                    Kernel.kill(left.ProcessId, (int)UnixSignal.SIGKILL);
                    Directory.Delete($"{States}/{left.Id}", recursive: true);
                }
                else
                {
                    await (await application.AttachAsync(left.Id)).StopAsync();
                }
            }

            await application.ListAsync();
        }
        finally
        {
            _directory!.Dispose();
            _states!.Dispose();
        }
    }

    /// <summary>A provider as another application would create it.</summary>
    internal LinuxSandboxProvider Application() =>
        new(TimeProvider.System, new LinuxSandboxOptions { StateDirectory = States });

    /// <summary>A specification with /shared.</summary>
    internal SandboxSpecification WithShared() => Specification with
    {
        Mounts = [.. Specification.Mounts, new BindMount(Shared.Path, "/shared") { Access = MountAccess.ReadWrite }],
    };

    /// <summary>Creates a named pipe in /shared: a payload that reads it waits for <see cref="OpenAsync"/>.</summary>
    internal void Gate(params string[] names) =>
        Support.HostProgram.Run("mkfifo", ["-m", "666", .. names.Select(Shared.At)]);

    /// <summary>Lets the payload go on that waits at a gate.</summary>
    internal async Task OpenAsync(string name) =>
        await Task.Run(() => File.OpenHandle(Shared.At(name), access: FileAccess.Write).Dispose())
            .WaitAsync(Guest.Patience);

    /// <summary>A pidfd of the process of a command without a reaper.</summary>
    internal static int MainOf(ISandbox sandbox) => Processes.Open(HostProcess.Children(sandbox.ProcessId).Single());
}
