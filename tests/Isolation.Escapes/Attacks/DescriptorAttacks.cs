using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 2: the open descriptors and the working directory of the application.</summary>
internal static class DescriptorAttacks
{
    private const int LeakedDescriptor = 250;

    internal static IEnumerable<Attack> All()
    {
        yield return new LeakedDirectory();
        yield return new CallAttack(2, "open a host file relative to the working directory", "open", static _ =>
        {
            Payload payload = new();
            payload.Open("open", "secret", Kernel.ORdonly);
            return payload;
        }, "ENOENT", "EACCES");
        yield return new CallAttack(2, "climb out of the working directory", "open", static scene =>
        {
            Payload payload = new();
            payload.Open(
                "open", string.Concat(Enumerable.Repeat("../", 40)) + scene.Ground.SecretFile[1..], Kernel.ORdonly);
            return payload;
        }, "ENOENT", "EACCES");
        yield return new CallAttack(2, "open a host file by its path", "open", static scene =>
        {
            Payload payload = new();
            payload.Open("open", scene.Ground.SecretFile, Kernel.ORdwr);
            return payload;
        }, "ENOENT", "EACCES");
        yield return ByPath("change the permissions of a host file", static (payload, path) =>
            payload.Call("change", Calls.Common.Fchmodat, Kernel.AtFdcwd, path, 0));
        yield return ByPath("change the timestamps of a host file", static (payload, path) =>
            payload.Call("change", Calls.Utimensat, Kernel.AtFdcwd, path, payload.Words(1, 0, 1, 0), 0));
        yield return ByPath("set an extended attribute of a host file", static (payload, path) =>
            payload.Call("change", Calls.Setxattr, path, payload.Text("user.isolation"), path, 1, 0));
        yield return ByPath("check whether a host file exists", static (payload, path) =>
            payload.Call("change", Calls.Common.Faccessat, Kernel.AtFdcwd, path, 0),
            static tier => tier.HasMounts
                ? null
                : "Landlock does not restrict checks for existence, and a filter cannot see paths");
        yield return new CallAttack(2, "escape from a nested chroot", "open", static scene =>
        {
            Payload payload = new();
            payload.Quiet(Calls.Common.Mkdirat, Kernel.AtFdcwd, payload.Text("/tmp/isolation-jail"), 0x1FF);
            payload.Quiet(Calls.Common.Chroot, payload.Text("/tmp/isolation-jail"));
            payload.Quiet(
                Calls.Common.Unlinkat, Kernel.AtFdcwd, payload.Text("/tmp/isolation-jail"), Kernel.AtRemoveDirectory);
            payload.Open(
                "open", string.Concat(Enumerable.Repeat("../", 40)) + scene.Ground.SecretFile[1..], Kernel.ORdonly);
            return payload;
        }, "ENOENT", "EACCES");
    }

    private static CallAttack ByPath(string title, Action<Payload, long> change, Func<Tier, string?>? open = null) =>
        new(2, title, "change", scene =>
        {
            Payload payload = new();
            change(payload, payload.Text(scene.Ground.SecretFile));
            return payload;
        }, "ENOENT", "EACCES", "EPERM", "ENOSYS", "SIGSYS")
        {
            Open = open ?? (static _ => null),
            VoidErrors = { ["EOPNOTSUPP"] = "the file system has no attributes",
                ["ENOTSUP"] = "the file system has no attributes" },
        };

    // Uses a descriptor of the application without close-on-exec, which any of its libraries may have.
    private sealed class LeakedDirectory() : Attack(2, "use a directory descriptor of the host")
    {
        internal override async Task<Finding> BareAsync(Ground ground)
        {
            using Leak leak = new(ground.Directory);
            Payload payload = Make();
            return Finding.Of(await ground.RunBareAsync(payload), "open");
        }

        internal override async Task<Finding> InsideAsync(Ground ground, Tier tier)
        {
            using Leak leak = new(ground.Directory);
            await using Cell cell = await ground.OpenAsync(tier);
            Finding directory = Finding.Of(await cell.RunAsync(Make()), "open", "EBADF");
            return Finding.Worst(directory, await StandThereAsync(cell));
        }

        // Uses the path of the descriptor as the working directory.
        private static async Task<Finding> StandThereAsync(Cell cell)
        {
            Payload payload = new();
            payload.Open("open", "secret", Kernel.ORdonly);
            try
            {
                PayloadRun run = await cell.RunAsync(
                    payload, command => command with { WorkingDirectory = $"/proc/self/fd/{LeakedDescriptor}" });
                return Finding.Of(run, "open", "ENOENT");
            }
            catch (SandboxException refusal)
            {
                return refusal.ErrorName == "ENOENT" ? Finding.Held("ENOENT") : Finding.Unclear(refusal.Message);
            }
        }

        private static Payload Make()
        {
            Payload payload = new();
            payload.Call("open", Calls.Common.Openat, LeakedDescriptor, payload.Text("secret"), Kernel.ORdonly, 0);
            return payload;
        }
    }

    private sealed class Leak : IDisposable
    {
        internal Leak(string directory)
        {
            long opened = Kernel.openat(
                Kernel.AtFdcwd, directory, Kernel.ORdonly | Kernel.ODirectory | Kernel.OCloexec);
            Kernel.Invoke(Calls.Common.Dup3, opened, LeakedDescriptor, 0);
            Kernel.Invoke(Calls.Common.Close, opened);
        }

        public void Dispose() => Kernel.Invoke(Calls.Common.Close, LeakedDescriptor);
    }
}
