using Isolation.Linux.Parts;

namespace Isolation.Linux.Tests.Parts;

/// <summary>Tests the removal of what the parts of a sandbox have prepared.</summary>
public sealed class SandboxPreparationTests
{
    [Test]
    public async Task Removals_run_once_in_reverse_order()
    {
        List<int> removed = [];
        SandboxPreparation preparation = new("one", null, isForOneRun: true);
        foreach (int part in (int[])[1, 2, 3])
        {
            preparation.OnRemoval(() => Remove(part));
        }

        await preparation.RemoveAsync();
        await preparation.RemoveAsync();

        Assert.That(removed, Is.EqualTo((int[])[3, 2, 1]));

        Task Remove(int part)
        {
            removed.Add(part);
            return Task.CompletedTask;
        }
    }

    [Test]
    public async Task A_failed_removal_is_reported_after_the_others_have_run()
    {
        bool isRemoved = false;
        SandboxPreparation preparation = new("one", null, isForOneRun: true);
        preparation.OnRemoval(() =>
        {
            isRemoved = true;
            return Task.CompletedTask;
        });
        preparation.OnRemoval(static () => throw new IOException("It is busy."));

        IOException failure = (await Assert.ThrowsAsync<IOException>(preparation.RemoveAsync))!;

        Assert.That((failure.Message, isRemoved), Is.EqualTo(("It is busy.", true)));
    }
}
