using Isolation.Linux.Interop;
using Isolation.Linux.Parts;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Privileges;

/// <summary>Adds the steps that drop capabilities from the bounding set.</summary>
internal static class BoundingSetSteps
{
    // The kernel's sets have 64 bits, and the kernel rejects unknown capabilities.
    private const int CapabilityBits = 64;

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Drops every capability that no command may have, if init has the privilege to do so.</summary>
    internal static void Add(PlanningContext context)
    {
        if (!context.Makes(Namespaces.User) && !context.JoinsUser
            && (context.Facts.Capabilities & (1L << Kernel.CapSetpcap)) == 0)
        {
            // no_new_privs prevents executed programs from gaining capabilities from the bounding set.
            context.LeftOut.Add(new NotApplied(
                "empty the bounding set of capabilities",
                "Without a user namespace, it requires CAP_SETPCAP. Commands still cannot gain any capability "
                    + "(no_new_privs).", null));
        }
        else
        {
            DropAll(context.Builder, context.Specification.Capabilities.Bounding);
        }
    }

    /// <summary>
    /// Drops some capabilities from the bounding set. Capabilities unknown to the kernel are not in the set.
    /// </summary>
    internal static void Drop(ProgramBuilder b, Capabilities dropped)
    {
        for (int number = 0; number < CapabilityBits; number++)
        {
            if (((ulong)dropped & (1UL << number)) != 0)
            {
                b.Try(Calls.Prctl, Kernel.PrCapbsetDrop, number);
            }
        }
    }

    /// <summary>Drops every capability from the bounding set except those that commands may have.</summary>
    private static void DropAll(ProgramBuilder b, Capabilities kept)
    {
        if (kept != Capabilities.None)
        {
            Drop(b, ~kept);
            return;
        }

        // Drops by number, until the kernel knows no more.
        Label done = b.NewLabel(), drop = b.NewLabel();
        b.Mark(drop);
        long dropNode = b.Branch(Calls.Prctl, [Kernel.PrCapbsetDrop, 0], 0, Label.Next, Label.Next, done);
        long number = dropNode + Node.ArgumentOffset(1);
        b.Branch(Node.Subtract, [Value.Word(number), -1], number, drop, drop, drop);
        b.Mark(done);
    }
}
