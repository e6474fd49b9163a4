using System.Text;
using System.Text.Json;

namespace Isolation.Abstractions.Tests.Commands;

/// <summary>Tests how a result and the support of a feature are shown and serialized.</summary>
public sealed class ResultTextTests
{
    private static readonly SandboxResult Result = new()
    {
        Outcome = SandboxOutcome.Signaled,
        Signal = UnixSignal.SIGSEGV,
        WallTime = TimeSpan.FromSeconds(1.5),
        UserCpuTime = TimeSpan.FromMilliseconds(250),
        PeakMemory = 3 << 20,
        StandardError = new CapturedText(Encoding.UTF8.GetBytes("bad \u001b[31m news\n"), false),
        Report = new SandboxReport { Applied = ["mount proc on /proc"] },
        SystemCallHandlerFailure = new TimeoutException(),
    };

    [Test]
    public void A_result_is_a_few_lines()
    {
        string[] lines = Result.ToString().Split('\n');

        Assert.That(lines[0], Is.EqualTo("Signaled, signal SIGSEGV (1.500 s, CPU 0.250 s, 3.0 MiB)"));
        Assert.That(lines[1], Does.StartWith("error: bad "));
        Assert.That(lines[1].Contains('\u001b', StringComparison.Ordinal), Is.False);
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(
            new SandboxResult { Outcome = SandboxOutcome.Completed, ExitCode = 3 }.ToString(),
            Does.StartWith("Completed, exit code 3 ("));
    }

    [Test]
    public void A_result_is_serialized_without_the_report()
    {
        string json = JsonSerializer.Serialize(Result);

        Assert.That(json, Does.Contain("\"WallTime\":\"00:00:01.5000000\"").And.Not.Contain("mount proc"));
        Assert.That(json, Has.Length.LessThan(2000));
    }

    [Test]
    public void The_support_of_a_feature_is_one_line() =>
        Assert.That(
            new FeatureSupport(IsolationFeature.Landlock, false, "The kernel is too old.", "Update it.").ToString(),
            Is.EqualTo("Landlock: not supported. The kernel is too old. Update it."));
}
