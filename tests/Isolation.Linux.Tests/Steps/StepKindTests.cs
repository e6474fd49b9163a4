using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Tests.Steps;

/// <summary>
/// Tests that the remedy depends on the kind of the step. The integration tests cover the situations of all remedies.
/// </summary>
public sealed class StepKindTests
{
    [Test]
    public void A_step_knows_its_kind_by_its_system_call()
    {
        ProgramBuilder b = new(0x10000);
        b.BeginAtBase();
        Label end = b.NewLabel();
        b.FailureExit = end;
        b.Step("become the user", null, SystemCallTable.Current.Setresuid);
        b.Step("find in the PATH", "a", Node.Load32, b.AddWord(0), kind: StepKind.Execute);

        Assert.That(b.Steps.Select(step => step.Kind), Is.EqualTo(new[] { StepKind.TakeId, StepKind.Execute }));
    }
}
