using System.Runtime.InteropServices;
using PluginHost.Contracts;

namespace Crashing;

/// <summary>Writes to an unmapped address, which no exception handler can catch.</summary>
internal sealed class CrashingPlugin : ITextPlugin
{
    public Task<string> WorkAsync(string document, CancellationToken cancellationToken)
    {
        Marshal.WriteByte(unchecked((nint)0x6000_0000_0000), 1);
        return Task.FromResult("survived");
    }
}
