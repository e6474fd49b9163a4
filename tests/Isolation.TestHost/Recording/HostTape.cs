using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Isolation.TestHost.Recording;

/// <summary>
/// Holds the questions that planning asks about a host, with their answers. A recording tape asks the host; a replaying
/// one fails on a question that was not recorded.
/// </summary>
internal sealed class HostTape
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly SortedDictionary<string, string?> _answers = new(StringComparer.Ordinal);
    private readonly bool _isRecording;

    private HostTape(bool isRecording) => _isRecording = isRecording;

    internal static HostTape Record() => new(isRecording: true);

    internal static HostTape Parse(string json)
    {
        HostTape tape = new(isRecording: false);
        foreach ((string question, JsonNode? answer) in JsonNode.Parse(json)!.AsObject())
        {
            tape._answers.Add(question, answer is JsonArray lines
                ? string.Join('\n', lines.Select(static line => (string?)line))
                : (string?)answer);
        }

        return tape;
    }

    /// <summary>Answers a question; <paramref name="ask"/> is called only on the recorded host.</summary>
    internal string? Answer(string question, Func<string?> ask)
    {
        if (_answers.TryGetValue(question, out string? answer))
        {
            return answer;
        }

        return _isRecording
            ? _answers[question] = ask()
            : throw new InvalidOperationException($"The recorded host was not asked: {question}. Record it again.");
    }

    internal bool Decide(string question, Func<bool> ask) => Answer(question, () => ask() ? "yes" : "no") == "yes";

    internal string ToJson()
    {
        JsonObject json = [];
        foreach ((string question, string? answer) in _answers)
        {
            json[question] = answer?.Contains('\n', StringComparison.Ordinal) == true
                ? new JsonArray([.. answer.Split('\n').Select(static line => (JsonNode?)line)])
                : answer;
        }

        return json.ToJsonString(Options) + "\n";
    }
}
