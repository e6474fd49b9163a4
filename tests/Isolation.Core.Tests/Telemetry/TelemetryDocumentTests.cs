using System.Diagnostics.Metrics;
using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Isolation.Core.Tests.Telemetry;

/// <summary>Compares docs/telemetry.md with the code.</summary>
public sealed class TelemetryDocumentTests
{
    private static readonly string[] Lines = File.ReadAllLines(Find("docs/telemetry.md"));

    [Test]
    public void Every_message_is_listed_and_no_other()
    {
        IEnumerable<string> expected = typeof(LogMessages).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
            .OfType<LoggerMessageAttribute>()
            .Select(message => $"| {message.EventId} | `{message.EventName}` | {message.Level} |");

        IEnumerable<string> found = Lines.Where(line => line.Length > 2 && char.IsAsciiDigit(line[2]))
            .Select(line => string.Join('|', line.Split('|')[..4]) + "|");

        Assert.That(found, Is.EquivalentTo(expected));
    }

    [Test]
    public void Every_instrument_is_listed_with_its_unit_and_no_other()
    {
        List<string> expected = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == IsolationTelemetry.Name)
            {
                expected.Add($"{instrument.Name} {instrument.Unit}");
            }
        };
        using TelemetryRecorder recorder = new();
        _ = IsolationMetrics.Of(recorder);
        _ = new PoolMetrics("any", recorder);
        listener.Start();

        IEnumerable<string> found = Lines.Where(line => line.StartsWith("| `isolation.", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length == 7)
            .Select(cells => $"{cells[1].Trim('`')} {cells[3].Trim('`')}");

        Assert.That(found, Is.EquivalentTo(expected.Distinct()));
    }

    internal static string Find(string path)
    {
        string? directory = TestContext.CurrentContext.TestDirectory;
        while (directory is not null && !File.Exists(Path.Combine(directory, "Isolation.sln")))
        {
            directory = Path.GetDirectoryName(directory);
        }

        return Path.Combine(directory!, path);
    }
}
