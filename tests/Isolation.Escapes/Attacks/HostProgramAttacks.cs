using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>
/// Class 1: the payload opens the program of a host-side process through procfs and rewrites it when it is not busy.
/// </summary>
internal static class HostProgramAttacks
{
    internal static IEnumerable<Attack> All()
    {
        yield return new CallAttack(1, "overwrite the program of a running host process", "open", static scene =>
        {
            Payload payload = new();
            payload.Open("open", $"/proc/{scene.Victim}/exe", Kernel.ORdonly);
            return payload;
        }, "EACCES", "EPERM");
        yield return new OwnProgramAttack();
    }

    // The payload keeps its own program open without reading it, executes another program, and writes to the open file.
    private sealed class OwnProgramAttack() : Attack(1, "overwrite the payload's own program after it has ended")
    {
        internal override async Task<Finding> BareAsync(Ground ground)
        {
            (Payload writer, string first) = Prepare(ground);
            return Judge(ground, await ground.RunBareAsync(writer, first), first);
        }

        internal override async Task<Finding> InsideAsync(Ground ground, Tier tier)
        {
            await using Cell cell = await ground.OpenAsync(tier);
            (Payload writer, string first) = Prepare(ground);
            SandboxResult result = await cell.Sandbox.RunAsync(
                new SandboxCommand(first) { WallTime = Ground.Patience });
            return Judge(ground, Cell.Read(writer, result), first);
        }

        private static (Payload Writer, string First) Prepare(Ground ground)
        {
            Payload writer = new();
            writer.Open("open", "/proc/self/fd/100", Kernel.OWronly | Kernel.OTrunc);
            string second = ground.Install(writer.Image());

            // It must report nothing: every report is attributed to the writer.
            Payload keeper = new();
            long kept = keeper.Quiet(Calls.Common.Openat, Kernel.AtFdcwd, keeper.Text("/proc/self/exe"), Kernel.OPath);
            keeper.Quiet(Calls.Common.Dup3, Payload.At(kept), 100, 0);
            keeper.Quiet(
                Calls.Common.Execve, keeper.Text(second), keeper.Words(keeper.Text(second), 0), keeper.Words(0));
            return (writer, ground.Install(keeper.Image()));
        }

        private static Finding Judge(Ground ground, PayloadRun run, string first) =>
            new FileInfo(first).Length == 0
                ? Finding.Succeeded("the file was emptied")
                : Finding.Of(run, "open", "EROFS", "EACCES");
    }
}
