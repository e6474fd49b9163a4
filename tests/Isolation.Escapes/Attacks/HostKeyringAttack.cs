using System.Text;
using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;
using Isolation.Linux.Interop;

namespace Isolation.Escapes.Attacks;

/// <summary>
/// Reads the session keyring, which a process inherits from its parent. A thread that has joined a keyring with a
/// secret starts the attack; the thread and the keyring end with the attack.
/// </summary>
internal sealed class HostKeyringAttack() : Attack(18, "read a key of the host's session keyring")
{
    private const long KEYCTL_JOIN_SESSION_KEYRING = 1;
    private const long KEYCTL_SEARCH = 10;
    private const long KEYCTL_READ = 11;
    private const long SessionKeyring = -3;

    internal override Task<Finding> BareAsync(Ground ground) =>
        OnThreadWithKey(ground, async () => Judge(await ground.RunBareAsync(Make(ground))));

    internal override Task<Finding> InsideAsync(Ground ground, Tier tier) => OnThreadWithKey(ground, async () =>
    {
        await using Cell cell = await ground.OpenAsync(tier);
        return Judge(await cell.RunAsync(Make(ground)));
    });

    private static Finding Judge(PayloadRun run) =>
        run.Text("read") is Ground.Secret ? Finding.Succeeded("the secret was read")
            : run.Succeeded("search") ? Finding.Succeeded($"the key was found: {run}")
            : Finding.Of(run, "search", "ENOKEY", "ENOSYS", "EPERM", "EACCES", "SIGSYS");

    private static Payload Make(Ground ground)
    {
        Payload payload = new();
        long key = payload.Call(
            "search", Calls.Keyctl, KEYCTL_SEARCH, SessionKeyring, payload.Text("user"),
            payload.Text(ground.Canaries.AbstractName), 0);
        payload.StopIfRefused(key);
        long buffer = payload.Room(64);
        long length = payload.Call("keyctl", Calls.Keyctl, KEYCTL_READ, Payload.At(key), buffer, 64, 0);
        payload.StopIfRefused(length);
        payload.Tell("read", buffer, Ground.Secret.Length);
        return payload;
    }

    private static Task<Finding> OnThreadWithKey(Ground ground, Func<Task<Finding>> attack) =>
        Task.Run(() => OwnThread.Run(() => AddKey(ground.Canaries.AbstractName) is { } refusal
            ? Finding.Void($"{refusal}: the host has no keyrings")
            : attack().GetAwaiter().GetResult()));

    private static unsafe string? AddKey(string name)
    {
        byte[] secret = Encoding.UTF8.GetBytes(Ground.Secret);
        fixed (byte* type = "user\0"u8, description = Encoding.UTF8.GetBytes(name + "\0"), content = secret)
        {
            long joined = Kernel.Invoke(Calls.Keyctl, KEYCTL_JOIN_SESSION_KEYRING, 0);
            long result = joined < 0
                ? joined
                : Kernel.Invoke(
                    Calls.AddKey, (long)type, (long)description, (long)content, secret.Length, SessionKeyring);
            return result < 0 ? ErrnoText.Name((int)-result) : null;
        }
    }
}
