using System.Runtime.InteropServices;
using PluginHost.Contracts;

namespace Crashing;

/// <summary>Writes to where nothing is: no exception handler helps against that.</summary>
internal sealed class CrashingPlugin : ITextPlugin
{
    public Task<string> WorkAsync(string document, CancellationToken cancellationToken)
    {
        Marshal.WriteByte(unchecked((nint)0x6000_0000_0000), 1);
        return Task.FromResult("survived");
    }
}
