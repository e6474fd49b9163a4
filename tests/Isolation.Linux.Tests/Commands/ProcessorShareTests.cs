using Isolation.Linux.Commands;

namespace Isolation.Linux.Tests.Commands;

public sealed class ProcessorShareTests
{
    private static readonly SandboxCommand Command = new("/bin/true");

    [TestCase("0", new[] { 0 })]
    [TestCase("0-3,8", new[] { 0, 1, 2, 3, 8 })]
    [TestCase("", new int[0])]
    public void Reads_the_list_of_the_kernel(string list, int[] processors) =>
        Assert.That(ProcessorShare.Parse(list), Is.EqualTo(processors));

    [Test]
    public void Only_a_limit_below_the_machine_chooses_processors()
    {
        Assert.That(ProcessorShare.TryTake(Command, null), Is.Null);
        Assert.That(ProcessorShare.TryTake(Command, new SandboxLimits { Memory = 1 << 20 }), Is.Null);
        Assert.That(ProcessorShare.TryTake(Command, new SandboxLimits { Cpu = 10000 }), Is.Null);
        Assert.That(ProcessorShare.TryTake(Command, new SandboxLimits { Cpu = 1, Cpus = [0] }), Is.Null);
        Assert.That(
            ProcessorShare.TryTake(Command with { Affinity = [0] }, new SandboxLimits { Cpu = 1 }), Is.Null);
        Assert.That(
            ProcessorShare.TryTake(Command with { Role = CommandRole.Init }, new SandboxLimits { Cpu = 1 }), Is.Null);
    }

    [Test]
    public void The_idle_processors_come_first()
    {
        Assume.That(Environment.ProcessorCount, Is.GreaterThan(1));
        SandboxLimits limits = new() { Cpu = 0.5 };
        List<ProcessorShare> taken = [];
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            taken.Add(ProcessorShare.TryTake(Command, limits)!);
        }

        Assert.That(taken.SelectMany(share => share.Processors), Is.Unique);
        int released = taken[0].Processors[0];
        taken[0].Dispose();
        taken[0].Dispose();
        using ProcessorShare again = ProcessorShare.TryTake(Command, limits)!;
        Assert.That(again.Processors, Is.EqualTo(new[] { released }));
        taken.ForEach(share => share.Dispose());
    }
}
