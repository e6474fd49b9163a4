using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>
/// Starts a process of this library that shares nothing with the application, stays in its namespaces, and ends with
/// it.
/// </summary>
internal static class Attendant
{
    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Starts an attendant that performs steps first, and then waits for the end of the application.</summary>
    /// <param name="name">The name in the process list.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="descriptors">The descriptors that the steps refer to.</param>
    internal static InitProcess Start(
        string name, Action<ProgramBuilder> steps, params ReadOnlySpan<int> descriptors)
    {
        InitProcess attendant = Launcher.Start(new LaunchPlan(0, [], null) { Name = name });
        try
        {
            ProgramBuilder b = new(InitProgram.ProgramAddress);
            b.BeginAtBase();
            b.Try(Calls.Chdir, b.AddText("/"));
            steps(b);
            b.Jump(b.LabelAt(InitProgram.Current.Loop));
            b.Finish();
            attendant.Channel.Send(b.Content, default, descriptors);
            return attendant;
        }
        catch
        {
            attendant.Abandon();
            throw;
        }
    }

    /// <summary>Starts an attendant that kills a process when the application ends.</summary>
    internal static InitProcess StartGuard(int pidfd) => Start("guard", static b =>
    {
        // The kernel gives the received descriptor the lowest free number.
        InitProgram init = InitProgram.Current;
        b.Store(init.LastAct + Node.ArgumentOffset(0), InitProgram.FirstFreeDescriptor);
        b.Store(init.LastAct + Node.ArgumentOffset(1), (int)UnixSignal.SIGKILL);
        b.Store(init.LastAct, Calls.PidfdSendSignal);
    }, pidfd);
}
