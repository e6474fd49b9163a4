using Isolation.Linux.Interop;
using Isolation.Linux.Programs;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Commands.Payloads;

/// <summary>Adds the steps that execute a payload.</summary>
internal static class ExecuteSteps
{
    private static readonly SystemCallTable Calls = SystemCallTable.Current;

    internal static void Add(ProgramBuilder b, SandboxCommand command)
    {
        ReadOnlySpan<string> arguments = command.Arguments.AsSpan();
        long argumentList = b.Reserve(8 * (arguments.Length + 2));
        b.SetWord(argumentList, b.AddText(command.ProgramName ?? command.Program));
        for (int i = 0; i < arguments.Length; i++)
        {
            b.SetWord(argumentList + (8 * (i + 1)), b.AddText(arguments[i]));
        }

        long environment = b.Reserve(8 * (command.Environment.Count + 1));
        int variable = 0;
        foreach ((string name, string value) in command.Environment)
        {
            b.SetWord(environment + (8 * variable++), b.AddAssignment(name, value));
        }

        if (command.Program.Contains('/', StringComparison.Ordinal))
        {
            b.Step("execute", command.Program, Calls.Execve, b.AddText(command.Program), argumentList, environment);
            return;
        }

        // As in execvp(3): skips files that are missing or not executable, and reports the latter if no other file is
        // found.
        string path = command.Environment.TryGetValue("PATH", out string? set) ? set : "/bin:/usr/bin";
        long final = b.AddWord(-Errno.ENOENT);
        foreach (string directory in path.Split(':'))
        {
            Label tryNext = b.NewLabel(), other = b.NewLabel(), stop = b.NewLabel();
            Label notMissing = b.NewLabel(), denied = b.NewLabel(), notDenied = b.NewLabel();
            long result = b.Reserve(8);
            b.Branch(
                Calls.Execve, [b.AddText(directory.Length == 0 ? command.Program : $"{directory}/{command.Program}"),
                    argumentList, environment], result, stop, stop, other);
            b.Mark(other);
            b.Compare(Value.Word(result), -Errno.ENOENT, notMissing, tryNext, notMissing);
            b.Mark(notMissing);
            b.Compare(Value.Word(result), -Errno.EACCES, notDenied, denied, notDenied);
            b.Mark(denied);
            b.Store(final, -Errno.EACCES);
            b.Jump(tryNext);
            b.Mark(notDenied);
            b.Compare(Value.Word(result), -Errno.ENOTDIR, stop, tryNext, stop);
            b.Mark(stop);
            b.Step("execute", command.Program, Node.Load32, result, kind: StepKind.Execute);
            b.Mark(tryNext);
        }

        b.Step("find in the PATH", command.Program, Node.Load32, final, kind: StepKind.Execute);
    }
}
