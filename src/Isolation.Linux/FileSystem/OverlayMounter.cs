using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Isolation.Linux.Errors;
using Isolation.Linux.Init;
using Isolation.Linux.Interop;
using Isolation.Linux.Mounts;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.FileSystem;

/// <summary>
/// Mounts an overlay in a process with its own mount namespace and the privileges of an application running as root,
/// and receives the mount. The host's mounts stay unchanged. All other mounts of the process end with it.
/// </summary>
internal static class OverlayMounter
{
    private static readonly LaunchPlan Plan = new(CloneArguments.NewNs, [], null);

    private static SystemCallTable Calls => SystemCallTable.Current;

    /// <summary>Returns the descriptor of a detached mount.</summary>
    internal static async ValueTask<int> OpenAsync(
        OverlaySource overlay, int userNamespace, CancellationToken cancellationToken)
    {
        (byte[] program, ImmutableArray<ProgramStep> steps) = Build(overlay);
        InitConnection helper = Start();
        await using (helper.ConfigureAwait(false))
        {
            helper.Channel.Send(program, default, userNamespace >= 0 ? [userNamespace] : []);
            byte[] message = new byte[FailureMessage.Size];
            (int length, int descriptor) = await helper.Channel.ReceiveAsync(message, cancellationToken)
                .ConfigureAwait(false);
            return length > 0 && descriptor >= 0 ? descriptor : throw Explain(message.AsSpan(0, length), steps);
        }
    }

    private static InitConnection Start()
    {
        InitProcess process = Launcher.Start(Plan);
        try
        {
            return new InitConnection(process);
        }
        catch
        {
            process.Abandon();
            throw;
        }
    }

    private static SandboxException Explain(ReadOnlySpan<byte> received, ImmutableArray<ProgramStep> steps)
    {
        if (received.IsEmpty)
        {
            return new SandboxException(
                "Cannot mount the overlay: the process that mounts it ended early. It may have been killed.");
        }

        // If the application may open no more files, the message comes without the descriptor.
        InitMessage message = InitMessage.Read(received);
        return message.Kind == InitMessageKind.Failed
            ? SandboxErrors.Create(steps[message.Step - 1], message.Error)
            : SandboxErrors.Refuse(new ProgramStep("take the overlay", null), Errno.EMFILE);
    }

    private static (byte[] Program, ImmutableArray<ProgramStep> Steps) Build(OverlaySource overlay)
    {
        UpperPlace? kept = overlay.Root.Upper is PersistentUpper upper ? UpperPlace.Find(upper) : null;
        ProgramBuilder b = new(InitProgram.ProgramAddress);
        b.BeginAtBase();
        Label failed = b.NewLabel();
        b.FailureExit = failed;
        new MountSteps(b).Separate(Kernel.MsPrivate);
        BecomeFirstOwner(b, overlay);
        Send(b, new HostOverlaySteps(b, overlay, kept, InitProgram.Current.DescriptorAddress(0)).Lay());
        b.Jump(b.LabelAt(InitProgram.Current.ExitNode));
        b.Mark(failed);
        FailureMessage.Emit(b, FailureMessage.SetupToken);
        b.Jump(b.LabelAt(InitProgram.Current.ExitNode));
        b.Finish();
        overlay.ChangeProgram?.Invoke(b);
        return (b.Content.ToArray(), [.. b.Steps]);
    }

    /// <summary>
    /// Becomes the sandbox's first user with the application's capabilities. Files that overlayfs creates for itself
    /// and a temporary layer belong to the mounting id, and only ids of the sandbox can create files in a layer with
    /// mapped owners.
    /// </summary>
    private static void BecomeFirstOwner(ProgramBuilder b, OverlaySource overlay)
    {
        b.Step("keep the capabilities over a change of the user", null, Calls.Prctl, Kernel.PrSetKeepcaps, 1);
        b.Step("become the sandbox's first group", null, Calls.Setresgid, overlay.FirstOwner.Group,
            overlay.FirstOwner.Group, overlay.FirstOwner.Group);
        b.Step("become the sandbox's first user", null, Calls.Setresuid, overlay.FirstOwner.User,
            overlay.FirstOwner.User, overlay.FirstOwner.User);
        uint low = (uint)overlay.Capabilities, high = (uint)(overlay.Capabilities >> 32);
        b.Step(
            "keep the capabilities over a change of the user", null, Calls.Capset, b.AddWord(Kernel.CapabilityVersion3),
            b.AddBytes(MemoryMarshal.AsBytes<uint>([low, low, 0, high, high, 0])));
    }

    private static void Send(ProgramBuilder b, long descriptor) =>
        b.Step(
            "pass the overlay", null, Calls.Sendmsg, 0, DescriptorMessage.Prepare(b, descriptor, InitMessageKind.Ready),
            Kernel.MsgNosignal);
}
