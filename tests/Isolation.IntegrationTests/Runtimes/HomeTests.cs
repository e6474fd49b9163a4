using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Runtimes;

/// <summary>The names of the user, of its home and of the host agree in a preset.</summary>
public sealed class HomeTests
{
    [SetUp]
    public void NeedNamespaces() => Requires.UserNamespaces();

    [Test]
    public async Task Home_is_that_of_the_user_and_writable() =>
        Assert.That(
            await SandboxPresets.HostPrograms().Build().OutputAsync(
                "touch $HOME/file && [ $HOME = $(getent passwd $(id -u) | cut -d: -f6) ] && id -un"),
            Is.EqualTo("sandbox"));

    [TestCase(null, "127.0.1.1 sandbox")]
    [TestCase("judge-7", "127.0.1.1 judge-7")]
    public async Task The_own_host_name_resolves(string? name, string line) =>
        Assert.That(
            await SandboxPresets.HostPrograms().WithHostName(name).Build().OutputAsync(
                "getent hosts $(uname -n) | grep -q 127.0.1.1 && tail -n 1 /etc/hosts"),
            Is.EqualTo(line));

    [TestCase("two words")]
    [TestCase("a\nb")]
    [TestCase("#c")]
    public async Task A_name_that_is_not_a_word_adds_no_line(string name) =>
        Assert.That(
            await SandboxPresets.HostPrograms().WithHostName(name).Build().OutputAsync("wc -l </etc/hosts"),
            Is.EqualTo("2"));
}
