using System.Text;

namespace Isolation.Linux.FileSystem;

/// <summary>Writes the content of a <see cref="HostsFile"/>.</summary>
internal static class HostsContent
{
    private const string Loopback = "127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n";

    internal static FileEntry Of(HostsFile file, string? hostName) =>
        new(file.Target, Encoding.UTF8.GetBytes(
            hostName is not null && IsWord(hostName) ? $"{Loopback}127.0.1.1 {hostName}\n" : Loopback));

    /// <summary>Returns whether a name is one word of the file, which sethostname(2) does not demand.</summary>
    private static bool IsWord(string name) =>
        !name.StartsWith('#') && !name.AsSpan().ContainsAnyExceptInRange('!', '~');
}
