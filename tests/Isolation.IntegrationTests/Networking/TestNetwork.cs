using System.Globalization;
using System.Runtime.ExceptionServices;
using Isolation.IntegrationTests.Support;
using Isolation.Linux.Interop;
using Isolation.Linux.Networking.Netlink;
using Microsoft.Win32.SafeHandles;

namespace Isolation.IntegrationTests.Networking;

/// <summary>
/// Provides a network namespace for a test. Only threads that end at once enter it, so that no other test sees it.
/// </summary>
internal sealed class TestNetwork : IDisposable
{
    private readonly SafeFileHandle _namespace;

    internal TestNetwork()
    {
        _namespace = OnThread(() =>
        {
            Check(Kernel.Invoke(SystemCallTable.Current.Unshare, CloneArguments.NewNet));
            return File.OpenHandle("/proc/thread-self/ns/net");
        });
    }

    /// <summary>Gets the path by which other programs find the namespace.</summary>
    internal string Path => string.Create(
        CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/fd/{Descriptor}");

    internal int Descriptor => (int)_namespace.DangerousGetHandle();

    /// <summary>Opens a socket of the namespace.</summary>
    internal NetlinkSocket Open(NetlinkFamily family) => OnThread(() =>
    {
        Check(Kernel.Invoke(SystemCallTable.Current.Setns, Descriptor, CloneArguments.NewNet));
        return NetlinkSocket.Open(family);
    });

    /// <summary>Runs a program of the host in the namespace.</summary>
    internal string Run(string program, params string[] arguments) =>
        HostProgram.Run("nsenter", [$"--net={Path}", program, .. arguments]).Trim();

    public void Dispose() => _namespace.Dispose();

    private static T OnThread<T>(Func<T> action)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                result = action();
            }
            catch (Exception exception)
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    private static void Check(long result) => Assert.That(result, Is.GreaterThanOrEqualTo(0));
}
