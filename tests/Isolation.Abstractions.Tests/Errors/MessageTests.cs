using System.Text;

namespace Isolation.Abstractions.Tests.Errors;

/// <summary>Checks that messages name their subject, and that their contents cannot forge log lines.</summary>
public sealed class MessageTests
{
    private const string Forged = "/tmp/a\n2030-01-01 crit: forged\u001b[31m\u202E";

    [TestCase("read", "/tmp/x", "read /tmp/x")]
    [TestCase("mount proc on /proc", "/proc", "mount proc on /proc")]
    [TestCase("clone a process", null, "clone a process")]
    public void A_step_that_failed_is_told_with_its_target(string stage, string? target, string expected)
    {
        SandboxException exception = new(stage, target, 22, "EINVAL", "It is not a file", "Choose another one.");

        Assert.That(exception.Stage, Is.EqualTo(expected));
        Assert.That(
            exception.Message, Is.EqualTo($"Cannot {expected}: EINVAL (It is not a file). Choose another one."));
    }

    [Test]
    public void A_name_that_a_payload_chose_forges_no_line()
    {
        SandboxException step = new("read", Forged, 2, "ENOENT", "No such file", $"Look for {Forged}.");
        SandboxException other = new($"There is no {Forged}.", new IOException("inner"));
        SandboxSpecificationException error = new([new SpecificationError("Target", $"Is {Forged}.")]);

        Assert.That(
            new[] { step.Message, step.Stage, other.Message, other.Stage, error.Message },
            Has.All.Matches<string?>(IsOneLine));
        Assert.That(step.Target, Is.EqualTo(Forged), "as it is, to be used");
    }

    [TestCase("mount-proc", true)]
    [TestCase("v1", true)]
    [TestCase("", false)]
    [TestCase("mount proc", false)]
    [TestCase("/proc", false)]
    [TestCase("Mount", false)]
    public void An_operation_is_an_identifier(string operation, bool isValid)
    {
        Assert.That(
            () => new SandboxException { Operation = operation }.Operation,
            isValid ? Is.EqualTo(operation) : Throws.ArgumentException);
    }

    [Test]
    public void An_operation_has_at_most_64_letters_and_may_be_unknown()
    {
        Assert.That(new SandboxException { Operation = new('a', 64) }.Operation, Has.Length.EqualTo(64));
        Assert.That(() => new SandboxException { Operation = new('a', 65) }, Throws.ArgumentException);
        Assert.That(new SandboxException { Operation = null }.Operation, Is.Null);
    }

    [Test]
    public void A_list_of_errors_has_one_line_for_each()
    {
        SandboxSpecificationException errors = new([new("A", $"Is {Forged}."), new("B", "Is null.")]);

        Assert.That(
            errors.Message.Split(Environment.NewLine), Has.Length.EqualTo(3).And.All.Matches<string?>(IsOneLine));
    }

    [Test]
    public void The_output_of_a_command_is_escaped_and_shortened()
    {
        byte[] error = Encoding.UTF8.GetBytes($"{Forged}{new string('x', 1000)}");
        SandboxResult result = new()
        {
            Outcome = SandboxOutcome.Completed,
            ExitCode = 1,
            StandardError = new CapturedText(error, false),
        };

        SandboxCommandFailedException exception = Assert.Throws<SandboxCommandFailedException>(
            () => result.EnsureSuccess())!;

        Assert.That(
            exception.Message,
            Is.Not.Empty.And.Matches<string?>(IsOneLine).And.Length.LessThan(600).And.Contain(@"/tmp/a\n2030"));
    }

    private static bool IsOneLine(string? text) =>
        text is not null && text.AsSpan().IndexOfAnyInRange('\0', '\u001F') < 0
            && !text.Contains('\u202E', StringComparison.Ordinal);
}
