using Isolation.Linux.Planning;
using Isolation.TestHost.Recording;

namespace Isolation.Linux.Tests.Planning;

/// <summary>Plans for recorded hosts, made on this machine.</summary>
public sealed class RecordedPlanTests
{
    // With ISOLATION_UPDATE_DOCUMENTS=1 the test writes the approved plans instead.
    [TestCaseSource(typeof(RecordedHosts), nameof(RecordedHosts.Names))]
    public void A_recorded_host_has_its_approved_plans(string name)
    {
        string text = string.Concat(HostRecorder.Specifications.Select(one =>
            $"{one.Key}\n" + string.Concat(PlanText
                .Describe(() => SandboxPlanner.Plan(one.Value, RecordedHosts.Create(name)))
                .Select(static line => $"  {line}\n"))));
        string path = Path.Combine(RecordedHosts.Place, name + ".plans.txt");
        if (Environment.GetEnvironmentVariable("ISOLATION_UPDATE_DOCUMENTS") == "1")
        {
            File.WriteAllText(path, text);
            return;
        }

        Assert.That(text, Is.EqualTo(File.ReadAllText(path)));
    }

    [Test]
    public void A_question_that_was_not_recorded_fails()
    {
        HostTape tape = HostTape.Parse("""{ "read: /known": ["one", "two"], "read: /absent": null }""");
        TapedFiles files = new(tape);

        Assert.That(files.ReadLines("/known"), Is.EqualTo(new[] { "one", "two" }));
        Assert.That(files.ReadText("/absent"), Is.Null);
        Assert.That(
            () => files.ReadText("/proc/self/status"),
            Throws.InvalidOperationException.With.Message.Contains("read: /proc/self/status"));
    }
}
