using Isolation.IntegrationTests.Support;
using Isolation.Linux.Events;
using Isolation.Linux.Init;
using Isolation.Linux.Plans;
using Isolation.Linux.Sandboxes;
using Isolation.Linux.Steps;
using Isolation.TestHost;

namespace Isolation.IntegrationTests.Robustness;

/// <summary>Makes single steps fail, and checks that the exception names them.</summary>
internal static class FailingSteps
{
    // EPERM, EIO, ENOMEM, ENOSPC: an error that a step does not expect is reported like any other.
    internal static readonly (int Number, string Name)[] ErrorNumbers = [(1, "EPERM"), (5, "EIO"), (12, "ENOMEM"),
        (28, "ENOSPC")];

    internal static SandboxSpecification Specification(string kind, HostDirectory directory)
    {
        SandboxSpecification rich = new()
        {
            Mounts =
            [
                .. TestSandboxes.SystemMounts(),
                new ProcMount { Visibility = ProcessVisibility.Traceable },
                new DeviceMount(),
                new MessageQueueMount(),
                new SysMount(),
                new TemporaryMount("/tmp") { Inodes = 100 },
                new DirectoryEntry("/var/own") { Owner = EntryOwner.User },
                new FileEntry("/etc/motd", "hello"u8.ToArray()) { Owner = EntryOwner.User },
                new FileEntry("/tmp/note", "a note"u8.ToArray()),
                new SymbolicLinkEntry("/etc/link", "motd"),
            ],
            MaskedPaths = ["/proc/kcore", "/proc/sys", "/no/such/path"],
            ReadOnlyPaths = ["/proc/irq", "/no/such/path"],
            HostName = "inside",
            DomainName = "domain",
        };
        return kind switch
        {
            "directory" =>
                rich with
                {
                    Root = new DirectoryRoot("/"),
                    Mounts = [new ProcMount(), new TemporaryMount("/tmp"), new FileEntry("/tmp/a", "b"u8.ToArray()),
                        new FileEntry("/etc/passwd", "c"u8.ToArray())],
                },
            "overlay" => rich with { Root = new OverlayRoot(["/usr/share/doc", "/usr/lib"]) },
            "kept overlay" => rich with
            {
                Root = new OverlayRoot(
                    ["/usr/share/doc", "/usr/lib"])
                {
                    Upper = new PersistentUpper(directory.Directory("upper"), directory.Directory("work")),
                },
            },
            "chroot" =>
                new SandboxSpecification
                {
                    Root = new ChrootRoot("/"),
                    Namespaces = NamespaceSet.NewOnly(Namespaces.User | Namespaces.Pid),
                },
            _ => rich,
        };
    }

    internal static byte[] Broken(byte[] program, int step, int error, out bool isCall)
    {
        byte[] copy = [.. program];
        isCall = FailingProgram.Break(copy.AsSpan(0, copy.Length & ~7), InitProgram.ProgramAddress, step, error);
        return copy;
    }

    internal static async Task CreateAsync(SandboxSpecification specification, SandboxPlan plan)
    {
        LinuxSandbox sandbox = await LinuxSandbox.CreateAsync(
            specification, plan, new DeadlineQueue(TimeProvider.System), null, default);
        await sandbox.DisposeAsync();
    }

    internal static async Task RunOnceAsync(
        SandboxSpecification specification, SandboxCommand command, SandboxPlan plan) =>
        (await LinuxSandbox.RunOnceAsync(
            specification, command, plan, new DeadlineQueue(TimeProvider.System), default)).EnsureSuccess();

    internal static async Task<SandboxException?> CatchAsync(Func<Task> action)
    {
        try
        {
            await action();
            return null;
        }
        catch (SandboxException exception)
        {
            return exception;
        }
    }

    internal static void AssertNames(SandboxException? exception, ProgramStep step, int number, string name)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exception, Is.Not.Null, step.ToString());
            Assert.That(exception?.Stage, Is.EqualTo(step.ToString()));
            Assert.That(exception?.Operation, Is.EqualTo(step.Operation));
            Assert.That(exception?.Target, Is.EqualTo(step.Target));
            Assert.That(exception?.ErrorNumber, Is.EqualTo(number));
            Assert.That(exception?.ErrorName, Is.EqualTo(name));
            Assert.That(exception?.Message, Does.Contain(name));
        }
    }
}
