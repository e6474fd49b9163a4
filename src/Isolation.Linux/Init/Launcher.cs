using System.Collections.Concurrent;
using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Init;

/// <summary>Starts init.</summary>
internal static class Launcher
{
    private const int ProgramSize = 32 << 10;

    /// <summary>The lowest number for the child's descriptors. The child places the control socket at 0.</summary>
    private const int LowestDescriptor = 3;

    private static readonly ConcurrentBag<ProgramBuilder> Builders = [];

    /// <summary>Starts init in the namespaces of a plan.</summary>
    internal static InitProcess Start(LaunchPlan plan)
    {
        if (plan.IsInTwoSteps)
        {
            return JoinedLaunch.Start(plan);
        }

        // The maps of a non-dumpable process belong to root. An unreadable init is accessible with CAP_SYS_PTRACE only,
        // which the application needs for its mounts and files.
        bool isMappable = plan.MakesUsers && ProcessCredentials.Current is not { UserId: 0, MayTrace: true };
        return Execute(plan, isMappable ? InitImage.Mappable : InitImage.Current);
    }

    /// <summary>Executes an init image in the namespaces that a plan creates, without those that it joins.</summary>
    internal static InitProcess Execute(LaunchPlan plan, InitImage image)
    {
        (int host, int child) = CreateControlPair();
        InitChannel channel = new(host);
        try
        {
            return Clone(plan, image, child, channel);
        }
        catch
        {
            channel.Dispose();
            throw;
        }
        finally
        {
            Kernel.close(child);
        }
    }

    private static (int Host, int Child) CreateControlPair()
    {
        SandboxErrors.Check(
            Kernel.socketpair(Kernel.AfUnix, Kernel.SockSeqpacket | Kernel.SockCloexec, out int host, out int child),
            "create the control socket", null);
        if (child >= LowestDescriptor)
        {
            return (host, child);
        }

        long moved = Kernel.fcntl(child, Kernel.FDupfdCloexec, LowestDescriptor);
        Kernel.close(child);
        if (moved < 0)
        {
            Kernel.close(host);
        }

        return (host, (int)SandboxErrors.Check(moved, "create the control socket", null));
    }

    private static InitProcess Clone(LaunchPlan plan, InitImage image, int control, InitChannel channel)
    {
        ProgramBuilder builder = Builders.TryTake(out ProgramBuilder? pooled)
            ? pooled
            : ProgramBuilder.InPlace(ProgramSize);
        try
        {
            while (true)
            {
                builder.Reset(builder.BaseAddress);
                LaunchProgram program = new(builder, plan, image.Descriptor, control);
                SharedMemory? memory = plan.BeginsInNewUsers ? SharedMemory.Hide() : null;
                long pid = image.Walk(program.FirstNode);
                if (pid > 0 && program.FailedStep is null)
                {
                    return new InitProcess((int)pid, program.Pidfd, channel, memory);
                }

                if (pid > 0)
                {
                    Kernel.waitid(program.Pidfd, 0, out _);
                    Kernel.close(program.Pidfd);
                }

                memory?.Dispose();
                SandboxErrors.Check(pid, "clone a process into new namespaces", null, StepKind.Clone);
                if (program.FailedAtImage && image.IsMemoryFile && program.Error is Errno.EACCES or Errno.EPERM)
                {
                    image = image.UseFile();
                    continue;
                }

                throw SandboxErrors.Create(program.FailedStep!.Value, program.Error);
            }
        }
        finally
        {
            Builders.Add(builder);
        }
    }
}
