using System.Security.Cryptography;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Streams;

public sealed class InputTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();
    private static readonly SandboxCommand Digest = Guest.Shell("sha256sum | cut -d' ' -f1");

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Nothing_by_default() =>
        Assert.That(await Specification.OutputAsync("cat; readlink /proc/self/fd/0"), Is.EqualTo("/dev/null"));

    [Test]
    public async Task A_text_in_utf_8() =>
        Assert.That(
            Guest.Output(await RunAsync(Guest.Shell("cat"), InputSource.FromText("ünï\n🙂"))), Is.EqualTo("ünï\n🙂"));

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(65536)]
    [TestCase(65537)]
    [TestCase(10_000_000)]
    public async Task Bytes(int size)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(size);

        Assert.That(Guest.Output(await RunAsync(Digest, InputSource.FromBytes(bytes))), Is.EqualTo(Hash(bytes)));
    }

    [Test]
    public async Task A_file_of_the_host()
    {
        using HostDirectory directory = new();
        string file = directory.Write("input", "of the host");

        Assert.That(
            Guest.Output(await RunAsync(Guest.Shell("cat"), InputSource.FromFile(file))), Is.EqualTo("of the host"));
    }

    /// <summary>
    /// A directory outside of the payload's root is the way to all others: an earlier command may have made it.
    /// </summary>
    [Test]
    public async Task A_directory_in_the_place_of_the_file_is_refused()
    {
        using HostDirectory directory = new();
        await using ISandbox sandbox = await Guest.Specification(
            new BindMount(directory.Path, "/shared") { Access = MountAccess.ReadWrite }).CreateAsync();
        await File.WriteAllTextAsync(directory.At("input"), "text");
        File.SetUnixFileMode(directory.Path, (UnixFileMode)0b111_111_111);
        Guest.Output(await sandbox.RunAsync(Guest.Shell("rm /shared/input && mkdir /shared/input")));

        SandboxException refusal = (await Assert.ThrowsAsync<SandboxException>(async () => await sandbox.RunAsync(
            Guest.Shell(
                "ls /proc/self/fd/0/../../../../etc") with
            {
                StandardInput = InputSource.FromFile(directory.At("input")),
            })))!;

        Assert.That(
            (refusal.ErrorName, refusal.Remedy), Is.EqualTo(
                ("EISDIR", $"{directory.At("input")} is a directory: name a file in it.")));
    }

    [Test]
    public async Task A_file_that_is_missing_is_an_error_that_names_it()
    {
        SandboxException refusal = await Specification.RefusalAsync(
            Guest.Shell("cat") with { StandardInput = InputSource.FromFile("/isolation-missing") });

        Assert.Multiple(() =>
        {
            Assert.That(refusal.ErrorName, Is.EqualTo("ENOENT"));
            Assert.That(refusal.Target, Is.EqualTo("/isolation-missing"));
        });
    }

    [TestCase(0)]
    [TestCase(10_000_000)]
    public async Task A_stream(int size)
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(size);
        using MemoryStream stream = new(bytes);

        Assert.That(Guest.Output(await RunAsync(Digest, InputSource.FromStream(stream))), Is.EqualTo(Hash(bytes)));
        Assert.That(stream.CanRead, Is.True, "It is not closed.");
    }

    [Test]
    public async Task A_pipe()
    {
        byte[] bytes = RandomNumberGenerator.GetBytes(1_000_000);
        await using ISandbox sandbox = await Specification.CreateAsync();
        await using ISandboxProcess process = await sandbox.StartAsync(
            Digest with { StandardInput = InputSource.Pipe });

        await process.StandardInput!.WriteAsync(bytes);
        await process.StandardInput.DisposeAsync();

        Assert.That(Guest.Output(await process.WaitForExitAsync()), Is.EqualTo(Hash(bytes)));
    }

    [TestCase("bytes")]
    [TestCase("stream")]
    [TestCase("endless")]
    public async Task A_payload_that_never_reads_ends_all_the_same(string kind)
    {
        InputSource input = kind switch
        {
            "bytes" => InputSource.FromBytes(new byte[5_000_000]),
            "stream" => InputSource.FromStream(new MemoryStream(new byte[5_000_000])),
            _ => InputSource.FromStream(new FileStream("/dev/zero", FileMode.Open, FileAccess.Read)),
        };

        Assert.That(Guest.Output(await RunAsync(Guest.Shell("echo done"), input)), Is.EqualTo("done"));
    }

    [Test]
    public async Task A_stream_that_never_gives_anything_does_not_hold_up_the_end()
    {
        using NeverStream stream = new();

        Assert.That(
            Guest.Output(await RunAsync(Guest.Shell("echo done"), InputSource.FromStream(stream))), Is.EqualTo("done"));
    }

    [Test]
    public async Task A_payload_that_closes_its_input_early_ends_all_the_same()
    {
        using MemoryStream stream = new(new byte[5_000_000]);

        Assert.That(
            Guest.Output(
                await RunAsync(Guest.Shell("head -c 10 | wc -c; exec <&-; echo done"), InputSource.FromStream(stream))),
            Is.EqualTo("10\ndone"));
    }

    [Test]
    public async Task The_host_s_own_input()
    {
        string host = new FileInfo("/proc/self/fd/0").LinkTarget!;

        Assert.That(
            Guest.Output(await RunAsync(Guest.Shell("readlink /proc/self/fd/0"), InputSource.Inherit)),
            Is.EqualTo(host).Or.EqualTo("/null"));
    }

    private static Task<SandboxResult> RunAsync(SandboxCommand command, InputSource input) =>
        Guest.Provider.RunAsync(Specification, command with { StandardInput = input });

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>A stream whose reads end only when they are canceled.</summary>
    private sealed class NeverStream : MemoryStream
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }

        public override Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken) =>
            Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
