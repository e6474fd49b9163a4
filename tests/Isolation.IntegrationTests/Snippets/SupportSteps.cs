using Isolation.Linux;

namespace Isolation.IntegrationTests.Snippets;

/// <summary>The snippets of docs/host-support.md.</summary>
public sealed class SupportSteps
{
    [Test]
    public void Check()
    {
        Requires.UserNamespaces();

        // snippet: check
        SpecificationSupport check = LinuxSandboxProvider.Default.Support.Check(SandboxPresets.HostPrograms().Build());
        foreach (NotApplied missing in check.Missing)
        {
            Console.WriteLine($"{missing.Feature}: {missing.Reason} {missing.Remedy}");
        }

        // snippet end
        Assert.That(check.IsUsable, Is.True);
        Assert.That(
            check.Usable.Select(feature => feature.Feature),
            Does.Contain(IsolationFeature.ProcMounts).And.Contain(IsolationFeature.UtsNamespaces));
    }
}
