using System.Runtime.InteropServices;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Init;

/// <summary>
/// Starts init in namespaces that other processes are in already. The init image is executed in those of the host,
/// where the strangers do not see it; there it makes itself non-dumpable, joins, and forks the init that stays, which
/// is non-dumpable from its beginning and has nothing of this process in its memory. See CVE-2016-9962.
/// </summary>
internal sealed class JoinedLaunch
{
    private const int ReplySize = FailureMessage.Size;

    private readonly LaunchPlan _plan;
    private readonly List<int> _opened = [];
    private readonly List<JoinProgram> _programs;

    private JoinedLaunch(LaunchPlan plan)
    {
        _plan = plan;

        // A process that was executed outside of a user namespace can be looked into by who has CAP_SYS_PTRACE outside.
        // A host that has not, which gets at the sandbox's files and namespaces as the owner of the user namespace,
        // needs an init that was executed inside; still before it enters a PID namespace.
        _programs = JoinProgram.Build(plan, isExecutedInside: plan.HasOwnUsers && !ProcessCredentials.Current.MayTrace);
    }

    internal static InitProcess Start(LaunchPlan plan)
    {
        JoinedLaunch launch = new(plan);
        try
        {
            launch.OpenNamespaces();
            return launch.Run();
        }
        finally
        {
            foreach (int descriptor in launch._opened)
            {
                Kernel.close(descriptor);
            }
        }
    }

    private void OpenNamespaces()
    {
        foreach (NamespaceJoin join in _plan.Joins)
        {
            _opened.Add((int)Errors.Check(
                Kernel.openat(Kernel.AtFdcwd, join.Path, Kernel.ORdonly | Kernel.OCloexec),
                $"open the {join.Kind.File} namespace", join.Path, StepKind.OpenNamespace));
        }
    }

    private InitProcess Run()
    {
        InitProcess first = Launcher.Execute(_plan, InitImage.Current);
        long sent = 0;
        foreach (JoinProgram program in _programs)
        {
            // One that failed has ended, and what it said is still there to be read.
            sent = sent < 0 ? sent : first.Send(program.Builder, DescriptorsOf(program));
        }

        if (sent is < 0 and not (-Errno.EPIPE or -Errno.ECONNRESET))
        {
            first.Abandon();
            throw Errors.Create("send the namespaces to join", null, (int)-sent);
        }

        first.WaitAndClose();
        try
        {
            int pid = ReadReply(first.Control);
            int pidfd = (int)Errors.Check(Kernel.pidfd_open(pid), "open the init process", null);
            return new InitProcess(pid, pidfd, first.Control);
        }
        catch
        {
            // The end of file ends an init that is there nevertheless.
            Kernel.close(first.Control);
            throw;
        }
    }

    private int[] DescriptorsOf(JoinProgram program)
    {
        IEnumerable<int> descriptors = program.Joins.Select(position => _opened[position]);
        return program.ExecutesImage ? [.. descriptors, ImageInside().Descriptor] : [.. descriptors];
    }

    /// <summary>
    /// Returns the image as it has to be for files of the process to belong to its user, in the same kind of file as
    /// the first one.
    /// </summary>
    private static InitImage ImageInside() =>
        InitImage.Current.IsMemoryFile ? InitImage.Mappable : InitImage.Mappable.UseFile();

    /// <summary>Reads what the first process said before it ended. Returns the id of the init that it forked.</summary>
    private int ReadReply(int control)
    {
        Span<byte> reply = stackalloc byte[ReplySize];
        long length = 0;
        while (Kernel.poll(control, 0) > 0 && (length = Kernel.read(control, reply)) == -Errno.ECONNRESET)
        {
            // It has ended without taking the second program. What it said comes next.
        }

        ReadOnlySpan<long> words = MemoryMarshal.Cast<byte, long>(reply[..(int)Math.Max(length, 0)]);
        return words switch
        {
            [(long)InitMessage.Joined, long pid] => (int)pid,
            [(long)InitMessage.Failed, long token, long step, long error] =>
                throw Errors.Create(_programs[(int)token].Builder.Steps[(int)step - 1], (int)-error),
            [(long)InitMessage.DescriptorsMissing] => throw Errors.Create(
                "take the namespaces to join", null, Errno.EMFILE),
            _ => throw new SandboxException(
                "The process that joins the namespaces ended before it was done. It may have been killed."),
        };
    }
}
