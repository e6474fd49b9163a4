using Isolation.Escapes.Harness;
using Isolation.Escapes.Payloads;

namespace Isolation.Escapes.Attacks;

/// <summary>Class 9: system calls with numbers of another ABI than the filter is written for.</summary>
internal static class AbiAttacks
{
    // Writes a record of zero and of the result in rax, and ends the program.
    private static readonly byte[] Tell =
    [
        0x48, 0x98, // cdqe
        0x50, // push rax
        0x6A, 0x00, // push 0
        0x48, 0x89, 0xE6, // mov rsi, rsp
        0xBF, 0x01, 0x00, 0x00, 0x00, // mov edi, 1
        0xBA, 0x10, 0x00, 0x00, 0x00, // mov edx, 16
        0xB8, 0x01, 0x00, 0x00, 0x00, // mov eax, write
        0x0F, 0x05, // syscall
        0x31, 0xFF, // xor edi, edi
        0xB8, 0xE7, 0x00, 0x00, 0x00, // mov eax, exit_group
        0x0F, 0x05, // syscall
    ];

    internal static IEnumerable<Attack> All()
    {
        // mov eax, getpid of i386; int 0x80
        yield return Call("i386", [0xB8, 0x14, 0x00, 0x00, 0x00, 0xCD, 0x80]);
        // mov eax, getpid of x32; syscall
        yield return Call("x32", [0xB8, 0x27, 0x00, 0x00, 0x40, 0x0F, 0x05]);
    }

    private static ScriptedAttack Call(string abi, byte[] code)
    {
        byte[] image = Calls.IsArm64 ? [] : Payload.CodeImage([.. code, .. Tell]);
        Payload names = new();
        names.Call("getpid", Calls.Getpid);
        return new ScriptedAttack(9, $"call the kernel through {abi}",
            async ground =>
            {
                if (Calls.IsArm64)
                {
                    return Finding.Void("x86-64 only");
                }

                PayloadRun run = await ground.RunBareAsync(names, ground.Install(image));
                return run.Describe("getpid") is "ENOSYS" or "SIGSEGV"
                    ? Finding.Void($"{run.Describe("getpid")}: this kernel has no such ABI")
                        : Finding.Of(run, "getpid");
            },
            async (ground, tier) =>
            {
                if (Calls.IsArm64)
                {
                    return Finding.Void("x86-64 only");
                }

                await using Cell cell = await ground.OpenAsync(tier);
                SandboxResult result = await cell.Sandbox.RunAsync(
                    new SandboxCommand(ground.Install(image)) { WallTime = Ground.Patience });
                PayloadRun run = Cell.Read(names, result);
                return run.Describe("getpid") == "SIGSEGV"
                    ? Finding.Void("SIGSEGV: this kernel has no such ABI")
                    : Finding.Of(run, "getpid", "ENOSYS", "EPERM", "SIGSYS");
            });
    }
}
