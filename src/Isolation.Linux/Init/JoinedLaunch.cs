using Isolation.Linux.Errors;
using Isolation.Linux.Host;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Init;

/// <summary>
/// Starts init in namespaces that already contain other processes. The init image is executed in the namespaces of the
/// application, invisible to those processes. There it makes itself non-dumpable, joins the namespaces, and forks the
/// final init, which is non-dumpable from the start and has no memory of the application. See CVE-2016-9962.
/// </summary>
internal sealed class JoinedLaunch
{
    private readonly LaunchPlan _plan;
    private readonly List<int> _opened = [];
    private readonly List<JoinProgram> _programs;

    private JoinedLaunch(LaunchPlan plan)
    {
        _plan = plan;

        // A process executed outside a user namespace is accessible only to a process with CAP_SYS_PTRACE outside. An
        // application without it accesses files and namespaces of the sandbox as the owner of the user namespace, so it
        // needs an init executed inside, but before init enters a PID namespace.
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
            _opened.Add((int)SandboxErrors.Check(
                Kernel.openat(Kernel.AtFdcwd, join.Path, Kernel.ORdonly | Kernel.OCloexec),
                $"open the {join.Kind.File} namespace", join.Path, StepKind.OpenNamespace));
        }
    }

    private InitProcess Run()
    {
        InitProcess first = Launcher.Execute(_plan, InitImage.Current);
        try
        {
            foreach (JoinProgram program in _programs)
            {
                first.Channel.Send(program.Builder.Content, default, DescriptorsOf(program));
            }
        }
        catch (SandboxException exception) when (exception.ErrorNumber is Errno.EPIPE or Errno.ECONNRESET)
        {
            // A process that failed has ended, and its message can still be read.
        }
        catch
        {
            first.Abandon();
            throw;
        }

        first.WaitAndClose();
        try
        {
            int pid = ReadReply(first.Channel);
            int pidfd = (int)SandboxErrors.Check(Kernel.pidfd_open(pid), "open the init process", null);
            return new InitProcess(pid, pidfd, first.Channel);
        }
        catch
        {
            // End of file ends the init that may exist despite the error.
            first.Channel.Dispose();
            throw;
        }
    }

    private int[] DescriptorsOf(JoinProgram program)
    {
        IEnumerable<int> descriptors = program.Joins.Select(position => _opened[position]);
        return program.ExecutesImage ? [.. descriptors, ImageInside().Descriptor] : [.. descriptors];
    }

    /// <summary>
    /// Gets the image that lets files of the process belong to its user, in the same kind of file as the first one.
    /// </summary>
    private static InitImage ImageInside() =>
        InitImage.Current.IsMemoryFile ? InitImage.Mappable : InitImage.Mappable.UseFile();

    /// <summary>
    /// Reads the reply of the first process after its end. Returns the process id of the forked init.
    /// </summary>
    private int ReadReply(InitChannel channel)
    {
        Span<byte> reply = stackalloc byte[FailureMessage.Size];
        int length = channel.ReceiveLast(reply);
        if (length == 0)
        {
            throw new SandboxException(
                "Cannot join the namespaces: the process that joins them ended early. It may have been killed.");
        }

        InitMessage message = InitMessage.Read(reply[..length]);
        return message.Kind switch
        {
            InitMessageKind.Joined => message.JoinedProcessId,
            InitMessageKind.Failed => throw SandboxErrors.Create(
                _programs[message.Token].Builder.Steps[message.Step - 1], message.Error),
            _ => throw SandboxErrors.Refuse(new ProgramStep("take the namespaces to join", null), Errno.EMFILE),
        };
    }
}
