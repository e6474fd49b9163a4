using System.Collections.Immutable;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.Commands;

public sealed class ArgumentTests
{
    private static readonly SandboxSpecification Specification = Guest.Specification();

    [SetUp]
    public void SetUp() => Requires.UserNamespaces();

    [Test]
    public async Task Arguments_arrive_as_they_are()
    {
        string[] arguments = ["", " ", "two words", "tab\there", "line\nbreak", "'\"\\$*?", "ünïcödé 🙂",
            "-n", "--", ""];

        SandboxResult result = await Guest.Provider.RunAsync(
            Specification, new SandboxCommand("/usr/bin/printf", ["<%s>\\n", .. arguments]));

        Assert.That(Guest.Output(result), Is.EqualTo(string.Join('\n', arguments.Select(argument => $"<{argument}>"))));
    }

    [Test]
    public async Task The_environment_is_exactly_what_was_given()
    {
        SandboxCommand command = new("/usr/bin/env")
        {
            Environment = ImmutableDictionary<string, string>.Empty.Add("ONE", "1").Add("EMPTY", "")
                .Add("ÜNÏ", "a=b c\td"),
        };

        string[] lines = Guest.Output(await Guest.Provider.RunAsync(Specification, command)).Split('\n');

        Assert.That(lines, Is.EquivalentTo(new[] { "ONE=1", "EMPTY=", "ÜNÏ=a=b c\td" }));
    }

    [Test]
    public async Task The_default_environment_is_the_documented_one()
    {
        string[] lines = Guest.Output(await Guest.Provider.RunAsync(Specification, new SandboxCommand("/usr/bin/env")))
            .Split('\n');

        Assert.That(
            lines, Is.EquivalentTo(SandboxCommand.DefaultEnvironment.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Test]
    public async Task An_empty_environment_is_empty()
    {
        SandboxCommand command = new("/usr/bin/env") { Environment = ImmutableDictionary<string, string>.Empty };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.Empty);
    }

    [Test]
    public async Task A_program_is_told_the_name_that_was_given()
    {
        SandboxCommand command = new(
            "/bin/sh", "-c", "tr '\\0' '\\n' < /proc/$$/cmdline | head -n 1")
        { ProgramName = "other name" };

        Assert.That(Guest.Output(await Guest.Provider.RunAsync(Specification, command)), Is.EqualTo("other name"));
    }

    [TestCase(100_000)]
    [TestCase(2_000_000)]
    public async Task Many_arguments_and_a_large_environment(int total)
    {
        string[] arguments = [.. Enumerable.Range(0, total / 2 / 1000).Select(
            i => new string((char)('a' + (i % 26)), 999))];
        ImmutableDictionary<string, string> environment = SandboxCommand.DefaultEnvironment
            .AddRange(
                Enumerable.Range(0, total / 2 / 1000).Select(
                    i => KeyValuePair.Create($"V{i:0000}", new string('x', 980))));
        SandboxCommand command = Guest.Shell(
            "echo $# ${#1} ${#V0000}; cat /proc/$$/cmdline /proc/$$/environ | wc -c", [.. arguments])
            with
        { Environment = environment };
        await using ISandbox sandbox = await Specification.CreateAsync();

        // In a sandbox that is up, and in one that is made for it.
        string first = Guest.Output(await sandbox.RunAsync(command));
        string second = Guest.Output(await Guest.Provider.RunAsync(Specification, command));

        Assert.That(first, Does.StartWith($"{arguments.Length} 999 980\n"));
        Assert.That(int.Parse(first.Split('\n')[1], null), Is.GreaterThan(total * 9 / 10));
        Assert.That(second, Is.EqualTo(first));
        Assert.That(await sandbox.OutputAsync("echo small again"), Is.EqualTo("small again"));
    }

    [Test]
    public async Task One_argument_of_more_than_128_KiB_is_an_error()
    {
        await using ISandbox sandbox = await Specification.CreateAsync();

        SandboxException? refusal = null;
        try
        {
            await sandbox.RunAsync(Guest.Shell("true", new string('x', 128 << 10)));
        }
        catch (SandboxException exception)
        {
            refusal = exception;
        }

        Assert.Multiple(() =>
        {
            Assert.That(refusal?.ErrorName, Is.EqualTo("E2BIG"));
            Assert.That(refusal?.Stage, Is.EqualTo("execute /bin/sh"));
        });
        Assert.That(await sandbox.OutputAsync("echo alive"), Is.EqualTo("alive"));
    }
}
