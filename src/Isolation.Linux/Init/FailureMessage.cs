using Isolation.Linux.Interop;
using Isolation.Linux.Programs;

namespace Isolation.Linux.Init;

/// <summary>Emits the message of a program that failed.</summary>
internal static class FailureMessage
{
    /// <summary>The value that identifies the setup in place of a command's token.</summary>
    internal const long SetupToken = -1;

    internal const int Size = 32;

    /// <summary>Adds the steps that send the message. Returns its address.</summary>
    /// <param name="b">The builder.</param>
    /// <param name="token">The token of the program.</param>
    /// <param name="socket">The descriptor of the control socket.</param>
    internal static long Emit(ProgramBuilder b, long token, Value socket = default)
    {
        long message = b.AddWord(InitMessage.Header(InitMessageKind.Failed));
        b.AddWord(token);
        long step = b.Reserve(8);
        long error = b.Reserve(8);
        b.Branch(Node.Load32, [b.FailureStep], step, Label.Next, Label.Next, Label.Next);
        b.Branch(Node.Load32, [b.FailureError], error, Label.Next, Label.Next, Label.Next);
        b.Try(SystemCallTable.Current.Sendto, socket, message, Size, Kernel.MsgNosignal, 0);
        return message;
    }
}
