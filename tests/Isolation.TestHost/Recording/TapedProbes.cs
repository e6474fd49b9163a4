using System.Globalization;
using Isolation.Linux.Host;
using Isolation.Linux.Probing;

namespace Isolation.TestHost.Recording;

/// <summary>Answers with the kernel of a recorded host.</summary>
internal sealed class TapedProbes(HostTape tape) : IKernelProbes
{
    private readonly KernelProbes _kernel = new();

    public int TryNamespaces(Namespaces kinds) => Try($"namespaces {kinds}", () => _kernel.TryNamespaces(kinds));

    public int TryProc(bool inUserNamespace, ProcContent content) => Try(
        $"procfs, {content}{Inside(inUserNamespace)}", () => _kernel.TryProc(inUserNamespace, content));

    public int TryOverlay(bool inUserNamespace) =>
        Try($"overlay{Inside(inUserNamespace)}", () => _kernel.TryOverlay(inUserNamespace));

    public int TryRecursiveReadOnly(bool inUserNamespace) => Try(
        $"recursively read-only{Inside(inUserNamespace)}", () => _kernel.TryRecursiveReadOnly(inUserNamespace));

    public int TryMappedMount(string path) => Try($"mapped mount {path}", () => _kernel.TryMappedMount(path));

    public LandlockSupport FindLandlock() => LandlockOf(_kernel.FindLandlock);

    public bool TryMemoryFile(out string? refusal)
    {
        refusal = tape.Answer("try: memory file", () => _kernel.TryMemoryFile(out string? reason) ? null : reason);
        return refusal is null;
    }

    internal LandlockSupport LandlockOf(Func<LandlockSupport> ask)
    {
        int answer = Try("Landlock", () => ask() is { Abi: > 0 } found ? found.Abi : ask().Error);
        return LandlockSupport.FromAnswer(answer);
    }

    private static string Inside(bool inUserNamespace) => inUserNamespace ? " in a user namespace" : "";

    private int Try(string what, Func<int> ask) => int.Parse(
        tape.Answer($"try: {what}", () => ask().ToString(CultureInfo.InvariantCulture))!,
        CultureInfo.InvariantCulture);
}
