using System.Diagnostics;
using System.Globalization;

namespace Isolation.Benchmarks.Contestants;

/// <summary>
/// Uses a separate process that times itself: it runs once for each input line and prints the microseconds.
/// </summary>
internal sealed class ServedContestant : Contestant
{
    private readonly Process _server;
    private readonly string _request;

    internal ServedContestant(string name, ProcessStartInfo server, string request)
        : base(name)
    {
        server.RedirectStandardInput = true;
        server.RedirectStandardOutput = true;
        _server = Process.Start(server)!;
        _request = request;
    }

    internal override async ValueTask<double> MeasureAsync()
    {
        await _server.StandardInput.WriteLineAsync(_request);
        await _server.StandardInput.FlushAsync();
        string? answer = await _server.StandardOutput.ReadLineAsync();
        return double.TryParse(answer, NumberStyles.Float, CultureInfo.InvariantCulture, out double microseconds)
            && microseconds > 0
            ? microseconds
            : throw new InvalidOperationException($"{Name} answered '{answer}'.");
    }

    public override async ValueTask DisposeAsync()
    {
        // The server ends at the end of its input.
        _server.StandardInput.Close();
        await _server.WaitForExitAsync();
        _server.Dispose();
    }
}
