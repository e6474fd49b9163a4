using System.Collections.Concurrent;
using Isolation.Linux.Hosting;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Launching;

/// <summary>Starts init.</summary>
internal static class Launcher
{
    private const int ProgramSize = 32 << 10;

    /// <summary>The lowest number for the descriptors that the child works with: it places the control socket at 0.</summary>
    private const int LowestDescriptor = 3;

    private static readonly ConcurrentBag<ProgramBuilder> Builders = [];

    /// <summary>Starts init in the namespaces of a plan.</summary>
    internal static InitProcess Start(LaunchPlan plan)
    {
        if (plan.IsInTwoSteps)
        {
            return JoinedLaunch.Start(plan);
        }

        // The maps of a non-dumpable process belong to root, and an init that cannot be read can be looked into with
        // CAP_SYS_PTRACE only, which the host needs for its mounts and files.
        bool isMappable = plan.MakesUsers && HostFacts.Current is not { UserId: 0, MayTrace: true };
        return Execute(plan, isMappable ? InitImage.Mappable : InitImage.Current);
    }

    /// <summary>Executes an init image in the namespaces that a plan makes. Those that it joins are left out.</summary>
    internal static InitProcess Execute(LaunchPlan plan, InitImage image)
    {
        (int host, int child) = CreateControlPair();
        try
        {
            return Clone(plan, image, child) with { Control = host };
        }
        catch
        {
            Kernel.close(host);
            throw;
        }
        finally
        {
            Kernel.close(child);
        }
    }

    private static (int Host, int Child) CreateControlPair()
    {
        Errors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec, out int host, out int child), "create the control socket", null);
        try
        {
            return (host, MoveUp(child, "create the control socket"));
        }
        catch
        {
            Kernel.close(host);
            throw;
        }
    }

    /// <summary>Gives a descriptor another number where the child works with the one that it has.</summary>
    internal static int MoveUp(int descriptor, string action)
    {
        if (descriptor >= LowestDescriptor)
        {
            return descriptor;
        }

        long moved = Kernel.fcntl(descriptor, Kernel.FDupfdCloexec, LowestDescriptor);
        Kernel.close(descriptor);
        return (int)Errors.Check(moved, action, null);
    }

    private static InitProcess Clone(LaunchPlan plan, InitImage image, int control)
    {
        ProgramBuilder builder = Builders.TryTake(out ProgramBuilder? pooled) ? pooled : ProgramBuilder.InPlace(ProgramSize);
        try
        {
            while (true)
            {
                SharedMemory? memory = plan.BeginsInNewUsers ? SharedMemory.Hide() : null;
                bool isExecuted = false;
                try
                {
                    builder.Reset(builder.BaseAddress);
                    LaunchProgram program = new(builder, plan, image.Descriptor, control, memory?.Leaving);
                    long pid = image.Walk(program.FirstNode);
                    Errors.Check(pid, "clone a process into new namespaces", null, StepKind.Clone);
                    if (program.FailedStep is not { } step)
                    {
                        isExecuted = true;
                        return new InitProcess((int)pid, program.Pidfd, control, memory);
                    }

                    Kernel.waitid(program.Pidfd, 0, out _);
                    Kernel.close(program.Pidfd);
                    if (!program.FailedAtImage || !image.IsMemoryFile || program.Error is not (Errno.EACCES or Errno.EPERM))
                    {
                        throw Errors.Create(step, program.Error);
                    }

                    image = image.UseFile();
                }
                finally
                {
                    memory?.CloseOwnEnd();
                    if (!isExecuted)
                    {
                        memory?.Dispose();
                    }
                }
            }
        }
        finally
        {
            Builders.Add(builder);
        }
    }
}
