using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Files;

/// <summary>A file of the host that is a command's input is not the command's to change, though procfs opens it again by its path.</summary>
public sealed class InputFileTests
{
    private const string Attack = "echo changed > /proc/self/fd/0";
    private const string Original = "original";

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Mounts_and_ids_alone_keep_it_from_others_only()
    {
        // What SECURITY.md says: the payloads of an ordinary user have the user's own rights over its files.
        Assert.That(await RunAsync(Guest.Specification()), Is.EqualTo(Environment.IsPrivilegedProcess ? Original : "changed\n"));
    }

    [Test]
    public async Task Landlock_keeps_it_from_everybody()
    {
        Requires.That("landlock", Guest.Provider.Support[IsolationFeature.Landlock].IsSupported, Guest.Provider.Support[IsolationFeature.Landlock].Detail);

        Assert.That(await RunAsync(SandboxPresets.HostPrograms().Build()), Is.EqualTo(Original));
    }

    private static async Task<string> RunAsync(SandboxSpecification specification)
    {
        using HostFolder folder = new();
        await File.WriteAllTextAsync(folder.At("input"), Original);
        await Guest.Provider.RunAsync(specification, Guest.Shell(Attack) with { StandardInput = InputSource.FromFile(folder.At("input")) });
        return await File.ReadAllTextAsync(folder.At("input"));
    }
}
