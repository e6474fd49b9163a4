using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Quickstart;

/// <summary>
/// Represents objects on the host that a sandbox must not reach: a file, a process and a network service.
/// </summary>
internal sealed class Canaries : IDisposable
{
    private readonly TcpListener _service = new(IPAddress.Loopback, 0);
    private readonly Process _process = HostProgram.Start("sleep", "600");

    public Canaries()
    {
        SecretFile = Path.Combine(Path.GetTempPath(), $"quickstart-{Guid.NewGuid():N}");
        File.WriteAllText(SecretFile, "a secret of the host");
        _service.Start();
    }

    public string SecretFile { get; }

    public int ProcessId => _process.Id;

    public int Port => ((IPEndPoint)_service.LocalEndpoint).Port;

    public bool IsFileUntouched => File.ReadAllText(SecretFile) == "a secret of the host";

    public bool IsProcessAlive => !_process.HasExited;

    public bool IsServiceUnreached => !_service.Pending();

    public void Dispose()
    {
        _service.Dispose();
        _process.Kill();
        _process.Dispose();
        File.Delete(SecretFile);
    }
}
