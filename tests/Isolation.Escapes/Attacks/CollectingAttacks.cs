using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>
/// Class 7: a payload leaves links in a writable directory, and the application opens files in the directory.
/// </summary>
internal static class CollectingAttacks
{
    internal static IEnumerable<Attack> All()
    {
        yield return new ScriptedAttack(
            7, "make the host write output through a link", OutputBareAsync, OutputInsideAsync);
        yield return new ScriptedAttack(
            7, "make the host read input through a link", InputBareAsync, InputInsideAsync);
        yield return new ScriptedAttack(
            7, "block the host with a named pipe in place of a file", PipeBareAsync, PipeInsideAsync);
    }

    private static async Task<Finding> OutputBareAsync(Ground ground)
    {
        await ground.RunBareAsync(LeaveLink(Path.Combine(ground.Shared, "left"), ground.SecretFile));
        File.WriteAllText(Path.Combine(ground.Shared, "left"), "");
        return Finding.If(
            File.ReadAllText(ground.SecretFile) != Ground.Secret, "the host's file was written", "it is as it was");
    }

    private static Task<Finding> OutputInsideAsync(Ground ground, Tier tier) =>
        AfterAsync(
            ground, tier, static (path, secret) => LeaveLink(path, secret),
            static (command, path) => command with { StandardOutput = OutputTarget.ToFile(path) });

    private static async Task<Finding> InputBareAsync(Ground ground)
    {
        await ground.RunBareAsync(LeaveLink(Path.Combine(ground.Shared, "left"), ground.SecretFile));
        return Finding.If(
            File.ReadAllText(Path.Combine(ground.Shared, "left")) == Ground.Secret, "the host read its own file",
            "it read something else");
    }

    private static Task<Finding> InputInsideAsync(Ground ground, Tier tier) =>
        AfterAsync(
            ground, tier, static (path, secret) => LeaveLink(path, secret),
            static (command, path) => command with { StandardInput = InputSource.FromFile(path) });

    private static async Task<Finding> PipeBareAsync(Ground ground)
    {
        string path = Path.Combine(ground.Shared, "left");
        await ground.RunBareAsync(LeavePipe(path));
        Task opening = Task.Run(() => File.OpenRead(path).Dispose());
        bool hangs = await Task.WhenAny(opening, Task.Delay(TimeSpan.FromMilliseconds(200))) != opening;

        // It goes on when another process opens the other end.
        long other = Kernel.openat(Kernel.AtFdcwd, path, Kernel.ORdwr | Kernel.ONonblock | Kernel.OCloexec);
        await opening.WaitAsync(Ground.Patience);
        Kernel.close((int)other);
        return Finding.If(hangs, "a thread of the host is blocked forever", "it was opened");
    }

    private static Task<Finding> PipeInsideAsync(Ground ground, Tier tier) =>
        AfterAsync(
            ground, tier, static (path, _) => LeavePipe(path),
            static (command, path) => command with { StandardOutput = OutputTarget.ToFile(path) });

    // The first command leaves a file; the application opens it for the second command.
    private static async Task<Finding> AfterAsync(
        Ground ground, Tier tier, Func<string, string, Payload> leave, Func<SandboxCommand, string, SandboxCommand> use)
    {
        string path = Path.Combine(ground.Shared, "left");
        await using Cell cell = await ground.OpenAsync(tier, builder => tier.Share(builder, ground.Shared));
        PayloadRun left = await cell.RunAsync(leave(path, ground.SecretFile));
        if (!left.Succeeded("leave"))
        {
            return Finding.Unclear($"{left}");
        }

        Payload reader = new();
        reader.Read("read", 0, 64);
        try
        {
            // The application opens the file on the calling thread.
            PayloadRun run = await Task.Run(() => cell.RunAsync(reader, command => use(command, path)))
                .WaitAsync(Ground.Patience);
            return Finding.If(run.Text("read") == Ground.Secret
                || File.ReadAllText(ground.SecretFile) != Ground.Secret, "the host's file was used", $"{run}");
        }
        catch (SandboxException refusal) when (refusal.ErrorName is not null)
        {
            return Finding.Held(refusal.ErrorName);
        }
        catch (TimeoutException)
        {
            long other = Kernel.openat(Kernel.AtFdcwd, path, Kernel.ORdwr | Kernel.ONonblock | Kernel.OCloexec);
            Kernel.close((int)other);
            return Finding.Succeeded("a thread of the host is blocked forever");
        }
    }

    private static Payload LeaveLink(string path, string target)
    {
        Payload payload = new();
        payload.Call("leave", Calls.Common.Symlinkat, payload.Text(target), Kernel.AtFdcwd, payload.Text(path));
        return payload;
    }

    private static Payload LeavePipe(string path)
    {
        const int S_IFIFO = 0x1000;
        Payload payload = new();
        payload.Call("leave", Calls.Common.Mknodat, Kernel.AtFdcwd, payload.Text(path), S_IFIFO | 0x1B6, 0);
        return payload;
    }
}
