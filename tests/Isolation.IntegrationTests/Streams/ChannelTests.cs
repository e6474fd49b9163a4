using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using Isolation.IntegrationTests.Robustness;
using Isolation.IntegrationTests.Support;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.Streams;

/// <summary>The two-way stream between the host and a command.</summary>
public sealed class ChannelTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();
    private static readonly SandboxCommand Echo = Guest.Shell("exec cat <&3 >&3") with { Channel = new() };

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    private static IEnumerable<TestCaseData<SandboxBuilder>> Tiers()
    {
        yield return new TestCaseData<SandboxBuilder>(SandboxPresets.HostPrograms())
            .SetArgDisplayNames("host programs");
        yield return new TestCaseData<SandboxBuilder>(SandboxPresets.Judge().BestEffort()).SetArgDisplayNames("judge");
        yield return new TestCaseData<SandboxBuilder>(SandboxPresets.PlugIn().BestEffort())
            .SetArgDisplayNames("plug-in");
        yield return new TestCaseData<SandboxBuilder>(
            SandboxPresets.HostPrograms().WithSystemCalls(calls => calls.From(SystemCallFilter.Judge)
            .Deny(1, "socket", "socketpair", "connect", "bind", "sendmsg", "recvmsg")))
                .SetArgDisplayNames("no call for sockets");
    }

    [TestCaseSource(nameof(Tiers))]
    public async Task Bytes_go_both_ways_in_each_tier(SandboxBuilder builder)
    {
        await using ISandbox sandbox = await builder.CreateAsync(Guest.Provider);
        await using ISandboxProcess process = await sandbox.StartAsync(Echo);

        Assert.That(await SpeakAsync(process, "ping\n"), Is.EqualTo("ping\n"));
        Assert.That(await SpeakAsync(process, "again\n"), Is.EqualTo("again\n"));
    }

    [Test]
    public async Task Bytes_go_both_ways_without_namespaces()
    {
        Requires.That("landlock", Guest.Provider.Support[IsolationFeature.Landlock].IsSupported, "Landlock is needed");
        await using ISandbox sandbox = await SandboxPresets.Unprivileged().CreateAsync(Guest.Provider);
        await using ISandboxProcess process = await sandbox.StartAsync(Echo);

        Assert.That(await SpeakAsync(process, "ping\n"), Is.EqualTo("ping\n"));
    }

    [Test]
    public async Task The_number_can_be_chosen_and_is_told()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell(
                "eval \"echo $ISOLATION_CHANNEL >&$ISOLATION_CHANNEL\"") with
            { Channel = new() { Descriptor = 7 } });

        Assert.That(
            await new StreamReader(process.Channel!).ReadToEndAsync().WaitAsync(Guest.Patience), Is.EqualTo("7\n"));
    }

    [Test]
    public async Task Other_descriptors_keep_their_numbers()
    {
        using HostDirectory directory = new();
        using SafeFileHandle file = HostDescriptor.OfFile(directory.Write("file", "of a file\n"));
        SandboxCommand command = Guest.Shell("cat <&3 >&4") with
        {
            Channel = new() { Descriptor = 4 },
            Descriptors = ImmutableDictionary<int, SafeHandle>.Empty.Add(3, file),
        };
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(command);

        Assert.That(
            await new StreamReader(process.Channel!).ReadToEndAsync().WaitAsync(Guest.Patience),
            Is.EqualTo("of a file\n"));
    }

    [Test]
    public async Task A_command_without_one_has_none()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell("test ! -e /dev/fd/3 && test -z \"$ISOLATION_CHANNEL\""));

        Assert.That(process.Channel, Is.Null);
        Assert.That((await process.WaitForExitAsync().WaitAsync(Guest.Patience)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task The_end_of_the_host_is_the_end_of_input()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Echo);
        await SpeakAsync(process, "ping\n");

        await process.Channel!.DisposeAsync();

        Assert.That((await process.WaitForExitAsync().WaitAsync(Guest.Patience)).ExitCode, Is.Zero);
    }

    [Test]
    public async Task Data_from_before_the_end_can_be_read_after_the_end()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell("echo last >&3") with { Channel = new() });
        await process.WaitForExitAsync().WaitAsync(Guest.Patience);

        Assert.That(
            await new StreamReader(process.Channel!).ReadToEndAsync().WaitAsync(Guest.Patience), Is.EqualTo("last\n"));
        Assert.That(async () => await process.Channel!.WriteAsync(new byte[1]), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_read_can_be_canceled_and_the_channel_goes_on()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Echo);
        using CancellationTokenSource source = new();
        Task<int> read = process.Channel!.ReadAsync(new byte[1], source.Token).AsTask();

        await source.CancelAsync();

        Assert.That(async () => await read.WaitAsync(Guest.Patience), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await SpeakAsync(process, "ping\n"), Is.EqualTo("ping\n"));
    }

    [Test]
    public async Task A_write_that_nobody_reads_ends_with_the_command()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Guest.Shell("exec sleep 100000") with { Channel = new() });
        Task write = process.Channel!.WriteAsync(new byte[16 << 20]).AsTask();
        Assert.That(write.IsCompleted, Is.False);

        await process.KillAsync();

        Assert.That(async () => await write.WaitAsync(Guest.Patience), Throws.InstanceOf<IOException>());
    }

    [Test]
    public async Task A_descriptor_that_the_command_sends_does_not_come_to_the_host()
    {
        Guest.RequirePython();
        const string Script = """
            import array, errno, os, socket
            channel = socket.socket(fileno=3)
            try:
                rights = array.array("i", [os.open("/usr", os.O_RDONLY)])
                channel.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            except OSError as error:
                channel.sendall(errno.errorcode[error.errno][:1].encode())
            channel.recv(1)
            """;
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(Guest.Python(Script) with { Channel = new() });
        byte[] answer = new byte[1];
        string[] before = HostState.Capture().Descriptors;

        await process.Channel!.ReadExactlyAsync(answer).AsTask().WaitAsync(Guest.Patience);

        Assert.That(HostState.Capture().Descriptors, Has.Length.LessThanOrEqualTo(before.Length));
        Assert.That((char)answer[0], Is.EqualTo(Environment.OSVersion.Version >= new Version(6, 16) ? 'E' : 'x'));
    }

    [Test]
    public async Task A_run_refuses_it()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        Assert.That(
            async () => await sandbox.RunAsync(Echo),
            Throws.InstanceOf<SandboxSpecificationException>().With.Message.Contains("StartAsync"));
        Assert.That(
            async () => await Guest.Provider.RunAsync(Specification, Echo),
            Throws.InstanceOf<SandboxSpecificationException>().With.Message.Contains("StartAsync"));
    }

    [Test]
    public async Task Nothing_is_left_of_starts_that_succeed_fail_or_are_canceled()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();
        await StartAllAsync(sandbox);
        HostState before = HostState.Capture();

        for (int i = 0; i < 20; i++)
        {
            await StartAllAsync(sandbox);
        }

        Assert.That(HostState.Capture().Descriptors, Has.Length.LessThanOrEqualTo(before.Descriptors.Length));
    }

    private static async Task StartAllAsync(ISandbox sandbox)
    {
        await using (ISandboxProcess process = await sandbox.StartAsync(Echo))
        {
            await SpeakAsync(process, "ping\n");
        }

        Assert.That(
            async () => await sandbox.StartAsync(Echo with { Program = "/no/such" }),
            Throws.InstanceOf<SandboxException>());
        Assert.That(
            async () => await sandbox.StartAsync(Echo with { Channel = new() { Descriptor = int.MaxValue } }),
            Throws.InstanceOf<SandboxException>().With.Message.Contains("descriptor"));
        Assert.That(
            async () => await sandbox.StartAsync(Echo, new CancellationToken(true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    private static async Task<string> SpeakAsync(ISandboxProcess process, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        await process.Channel!.WriteAsync(bytes);
        await process.Channel.ReadExactlyAsync(bytes).AsTask().WaitAsync(Guest.Patience);
        return Encoding.UTF8.GetString(bytes);
    }
}
