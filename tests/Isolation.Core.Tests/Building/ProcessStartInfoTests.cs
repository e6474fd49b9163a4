using System.Diagnostics;

namespace Isolation.Core.Tests.Building;

public sealed class ProcessStartInfoTests
{
    [TestCase("", new string[0])]
    [TestCase("   \t ", new string[0])]
    [TestCase("a b\tc", new[] { "a", "b", "c" })]
    [TestCase("  a   b  ", new[] { "a", "b" })]
    [TestCase("\"a b\" c", new[] { "a b", "c" })]
    [TestCase("a\"b c\"d", new[] { "ab cd" })]
    [TestCase("\"\"", new[] { "" })]
    [TestCase("a \"\" b", new[] { "a", "", "b" })]
    [TestCase("\"a\"\"b\"", new[] { "a\"b" })]
    [TestCase("\\\"a", new[] { "\"a" })]
    [TestCase("\\\\\"a b\"", new[] { "\\a b" })]
    [TestCase("\\\\\\\"a b\"", new[] { "\\\"a", "b" })]
    [TestCase("a\\b \\\\c", new[] { "a\\b", "\\\\c" })]
    [TestCase("\"open to the end", new[] { "open to the end" })]
    [TestCase("'a b'", new[] { "'a", "b'" })]
    [TestCase("a\\", new[] { "a\\" })]
    public void Arguments_are_split_as_the_runtime_does(string line, string[] expected) =>
        Assert.That(new ProcessStartInfo("sh", line).ToSandboxCommand().Arguments, Is.EqualTo(expected));

    [Test]
    public void A_list_of_arguments_is_taken_as_it_is() =>
        Assert.That(
            new ProcessStartInfo("sh", ["a b", "\"c"]).ToSandboxCommand().Arguments,
            Is.EqualTo((string[])["a b", "\"c"]));

    [Test]
    public void The_splitting_is_that_of_the_runtime()
    {
        Random random = new(42);
        List<string> lines = [.. Enumerable.Range(0, 40).Select(
            _ => string.Concat(Enumerable.Range(0, 12).Select(_ => "ab \\\"\t"[random.Next(6)])))];
        string script = "for argument in \"$@\"; do printf '[%s]' \"$argument\"; done";
        foreach (string line in lines)
        {
            if (!File.Exists("/bin/sh"))
            {
                Assert.Ignore("needs a shell");
            }

            string arguments = $"-c \"{script.Replace("\"", "\\\"")}\" sh {line}";
            ProcessStartInfo start = new("/bin/sh", arguments) { RedirectStandardOutput = true };
            using Process process = Process.Start(start)!;
            string expected = process.StandardOutput.ReadToEnd();
            process.WaitForExit();

            string found = string.Concat(
                start.ToSandboxCommand().Arguments.Skip(3).Select(argument => $"[{argument}]"));

            Assert.That(found, Is.EqualTo(expected), line);
        }
    }

    [Test]
    public void Streams_are_the_hosts_unless_redirected()
    {
        SandboxCommand plain = new ProcessStartInfo("sh").ToSandboxCommand();
        ProcessStartInfo start = new("sh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        SandboxCommand piped = start.ToSandboxCommand();
        SandboxCommand captured = start.ToSandboxCommand(redirected: RedirectedStreams.Captured);

        Assert.That(plain.StandardInput, Is.EqualTo(InputSource.Inherit));
        Assert.That(plain.StandardOutput, Is.EqualTo(OutputTarget.Inherit));
        Assert.That(plain.StandardError, Is.EqualTo(OutputTarget.Inherit));
        Assert.That(piped.StandardInput, Is.EqualTo(InputSource.Pipe));
        Assert.That(piped.StandardOutput, Is.EqualTo(OutputTarget.Pipe));
        Assert.That(piped.StandardError, Is.EqualTo(OutputTarget.Pipe));
        Assert.That(captured.StandardInput, Is.EqualTo(InputSource.Null));
        Assert.That(captured.StandardOutput, Is.EqualTo(OutputTarget.Capture()));
        Assert.That(captured.StandardError, Is.EqualTo(OutputTarget.Capture()));
    }

    [Test]
    public void The_environment_is_clean_unless_changed()
    {
        ProcessStartInfo untouched = new("sh");
        ProcessStartInfo changed = new("sh");
        changed.Environment["SECRET_OF_NOBODY"] = "x";
        changed.Environment["PATH"] = "/opt/bin";

        Assert.That(untouched.ToSandboxCommand().Environment, Is.EquivalentTo(SandboxCommand.DefaultEnvironment));
        Assert.That(
            changed.ToSandboxCommand().Environment,
            Is.EquivalentTo(
                SandboxCommand.DefaultEnvironment.SetItem("PATH", "/opt/bin").Add("SECRET_OF_NOBODY", "x")));
    }

    [Test]
    public void A_variable_that_was_removed_is_not_there()
    {
        ProcessStartInfo start = new("sh");
        start.Environment.Remove("PATH");

        Assert.That(start.ToSandboxCommand().Environment.ContainsKey("PATH"), Is.False);
    }

    [Test]
    public void The_whole_environment_comes_along_where_asked_for()
    {
        ProcessStartInfo start = new("sh");
        start.Environment["MORE"] = "x";

        SandboxCommand command = start.ToSandboxCommand(EnvironmentTransfer.Everything);

        Assert.That(command.Environment["PATH"], Is.EqualTo(Environment.GetEnvironmentVariable("PATH")));
        Assert.That(command.Environment["MORE"], Is.EqualTo("x"));
    }

    [Test]
    public void Directory_and_program_are_those_inside()
    {
        Assert.That(new ProcessStartInfo("sh").ToSandboxCommand().WorkingDirectory, Is.EqualTo("/"));
        Assert.That(
            new ProcessStartInfo("bin/sh") { WorkingDirectory = "/srv" }.ToSandboxCommand().WorkingDirectory,
            Is.EqualTo("/srv"));
        Assert.That(
            () => new ProcessStartInfo("sh") { WorkingDirectory = "srv" }.ToSandboxCommand(),
            Throws.TypeOf<SandboxSpecificationException>());
    }

    [Test]
    public void Unsupported_settings_are_refused()
    {
        ProcessStartInfo both = new("sh", "a");
        both.ArgumentList.Add("b");

        Assert.That(() => new ProcessStartInfo().ToSandboxCommand(), Throws.ArgumentException);
        Assert.That(
            () => new ProcessStartInfo("sh") { UseShellExecute = true }.ToSandboxCommand(), Throws.ArgumentException);
        Assert.That(
            () => new ProcessStartInfo("sh") { UserName = "nobody" }.ToSandboxCommand(), Throws.ArgumentException);
        Assert.That(() => both.ToSandboxCommand(), Throws.InvalidOperationException);
        Assert.That(() => ((ProcessStartInfo)null!).ToSandboxCommand(), Throws.ArgumentNullException);
    }
}
