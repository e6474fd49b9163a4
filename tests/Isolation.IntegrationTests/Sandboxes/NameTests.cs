using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Sandboxes;

public sealed class NameTests
{
    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [TestCase(null, "isolation-init\0")]
    [TestCase("submission 4711 (größe)", "isolation-init: submission 4711 (größe)\0")]
    public async Task The_process_list_of_the_host_shows_it(string? name, string expected)
    {
        await using ISandbox sandbox = await Guest.Provider.CreateAsync(Guest.Specification() with { Name = name });

        Assert.That(File.ReadAllText($"/proc/{sandbox.ProcessId}/cmdline"), Is.EqualTo(expected));
    }
}
