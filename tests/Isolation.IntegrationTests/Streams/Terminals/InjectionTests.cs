using System.Diagnostics;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.Streams;

namespace Isolation.IntegrationTests.Streams.Terminals;

/// <summary>Nothing that a payload types into its terminal (TIOCSTI) reaches a terminal of the host.</summary>
public sealed class InjectionTests
{
    private const int EPERM = 1;

    private HostTerminal _terminal = null!;
    private int _payloadEnd;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        _terminal = HostTerminal.Make(new CommandTerminal(), new OutputTotal(null), out _payloadEnd);
    }

    [TearDown]
    public void TearDown()
    {
        if (_terminal is not null)
        {
            Kernel.close(_payloadEnd);
            _terminal.Dispose();
        }
    }

    [Test]
    public async Task The_attack_on_a_terminal_that_is_shared_with_the_host_and_on_one_of_its_own()
    {
        // Without: a program that has the host's terminal types into it; what reads it next would take that for the
        // user's.
        using TerminalProgram sharing = new(new FileInfo($"/proc/self/fd/{_payloadEnd}").LinkTarget);
        using (Process process = Process.Start(sharing.Path))
        {
            await process.WaitForExitAsync().WaitAsync(Guest.Patience);
            if (process.ExitCode == 5)
            {
                Assert.Ignore("void: this kernel refuses TIOCSTI to everybody (EIO, dev.tty.legacy_tiocsti)");
            }

            Assert.That((process.ExitCode, Kernel.fionread(_payloadEnd)), Is.EqualTo((0, 1L)));
        }

        // With: no filter keeps it from typing, but what it types into is its own.
        using TerminalProgram own = new(terminal: null);
        await using ISandbox sandbox =
            await (Guest.Specification(own.Mount) with { SystemCalls = SystemCallFilter.Off }).CreateAsync();
        await using ISandboxProcess payload = await sandbox.StartAsync(TerminalProgram.Command);
        SandboxResult result = await payload.WaitForExitAsync().WaitAsync(Guest.Patience);
        using StreamReader echo = new(payload.Terminal!.Stream);

        Assert.Multiple(() =>
        {
            Assert.That(result.ExitCode, Is.Zero);
            Assert.That(echo.ReadToEnd(), Is.EqualTo("\r\n"));
            Assert.That(
                Kernel.fionread(_payloadEnd), Is.EqualTo(1),
                "what the program without a sandbox typed, and nothing more");
        });
    }

    [Test]
    public async Task The_default_filter_refuses_it_on_its_own_terminal_as_well()
    {
        using TerminalProgram own = new(terminal: null);
        await using ISandbox sandbox = await Guest.Specification(own.Mount).CreateAsync();
        await using ISandboxProcess payload = await sandbox.StartAsync(TerminalProgram.Command);

        Assert.That((await payload.WaitForExitAsync().WaitAsync(Guest.Patience)).ExitCode, Is.EqualTo(EPERM));
    }

    [Test]
    public async Task The_host_keeps_its_own_terminal_and_session()
    {
        string before = Session();
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell("read line") with { Terminal = new() });

        Assert.That(Session(), Is.EqualTo(before));
    }

    /// <summary>Session, controlling terminal and group in the foreground: fields 6 to 8 of /proc/self/stat.</summary>
    private static string Session()
    {
        string line = File.ReadAllText("/proc/self/stat");
        return string.Join(' ', line[(line.LastIndexOf(')') + 2)..].Split(' ')[3..6]);
    }
}
