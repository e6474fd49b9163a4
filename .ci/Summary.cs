#:property PublishAot=false

// Sums the results of all legs. Usage: dotnet run Summary.cs -- FOLDER, with a directory per leg in it that holds TRX
// files, checks.tsv (verdict, milliseconds, name, log file) and leg.tsv (exit code, seconds, log file).

using System.Xml.Linq;

XNamespace trx = "http://microsoft.com/schemas/VisualStudio/TeamTest/2010";
List<Leg> legs = [];
foreach (string directory in Directory.GetDirectories(args[0]).OrderBy(File.GetLastWriteTimeUtc))
{
    legs.Add(Read(directory));
}

Console.WriteLine();
Console.WriteLine($"{"leg",-14}{"passed",8}{"failed",8}{"skipped",9}{"seconds",9}");
foreach (Leg leg in legs)
{
    Console.WriteLine($"{leg.Name,-14}{leg.Passed,8}{leg.Failures.Count,8}{leg.Skips.Count,9}{leg.Seconds,9}");
}

// One reason stops many tests, so the reasons are the headings, and fixtures are counted only.
foreach (Leg leg in legs.Where(leg => leg.Skips.Count > 0))
{
    Console.WriteLine();
    Console.WriteLine($"skipped in {leg.Name}:");
    foreach (IGrouping<string, Verdict> reason in leg.Skips.GroupBy(skip => skip.Message))
    {
        Console.WriteLine($"  {reason.Key}");
        foreach (IGrouping<string, Verdict> fixture in reason.GroupBy(skip => skip.Test.Split('.')[0]))
        {
            Console.WriteLine($"    {fixture.Key}: {fixture.Count()}");
        }
    }
}

// Last, since the end of the output is what is always kept.
foreach (Leg leg in legs.Where(leg => leg.Failures.Count > 0))
{
    Console.WriteLine();
    Console.WriteLine($"failed in {leg.Name}:");
    foreach (Verdict failure in leg.Failures)
    {
        Console.WriteLine($"  {failure.Test}");
        Console.WriteLine(Indent(failure.Message));
    }
}

int failed = legs.Sum(leg => leg.Failures.Count);
Console.WriteLine();
Console.WriteLine($"{legs.Sum(leg => leg.Passed)} passed, {failed} failed, {legs.Sum(leg => leg.Skips.Count)} skipped");
return failed == 0 && legs.Count > 0 ? 0 : 1;

Leg Read(string directory)
{
    Leg leg = new(Path.GetFileName(directory));
    foreach (string file in Directory.GetFiles(directory, "*.trx", SearchOption.AllDirectories))
    {
        // A leg that runs the same tests several times has a directory for each run.
        string run = Path.GetRelativePath(directory, Path.GetDirectoryName(file)!);
        string prefix = run == "." ? "" : $"{run}: ";
        XDocument document = XDocument.Load(file);
        Dictionary<string, string> classes = document.Descendants(trx + "UnitTest").ToDictionary(
            test => (string)test.Attribute("id")!,
            test => ((string)test.Element(trx + "TestMethod")!.Attribute("className")!).Split('.')[^1]);
        foreach (XElement result in document.Descendants(trx + "UnitTestResult"))
        {
            string test =
                $"{prefix}{classes[(string)result.Attribute("testId")!]}.{(string?)result.Attribute("testName")}";
            string outcome = (string?)result.Attribute("outcome") ?? "";
            string message = result.Descendants(trx + "Message").FirstOrDefault()?.Value.Trim() ?? "no message";
            string place = result.Descendants(trx + "StackTrace").FirstOrDefault()?.Value.Trim() ?? "";
            bool skipped = outcome == "NotExecuted" || place.Length == 0;
            Add(leg, outcome, test, skipped ? message : $"{message}\n{Head(place)}");
        }
    }

    string checks = Path.Combine(directory, "checks.tsv");
    foreach (string[] fields in File.Exists(checks) ? File.ReadLines(checks).Select(line => line.Split('\t')) : [])
    {
        Add(leg, fields[0] == "passed" ? "Passed" : "Failed", fields[2], Tail(fields[3]));
    }

    string[] end = File.ReadAllText(Path.Combine(directory, "leg.tsv")).Trim().Split('\t');
    leg.Seconds = end[1];
    if (end[0] != "0" && leg.Failures.Count == 0)
    {
        string why = end[0] is "124" or "137" ? "it did not end in time" : $"it ended with exit code {end[0]}";
        string[] signs = [" error ", "Unhandled exception", "aborted"];
        IEnumerable<string> errors = File.ReadLines(end[2])
            .Where(line => signs.Any(line.Contains))
            .Distinct()
            .Take(10);
        leg.Failures.Add(new Verdict("the leg itself", string.Join('\n', [why, .. errors])));
    }
    else if (leg.Passed == 0 && leg.Failures.Count == 0)
    {
        leg.Failures.Add(new Verdict("the leg itself", "it ran no test"));
    }

    return leg;
}

static void Add(Leg leg, string outcome, string test, string message)
{
    switch (outcome)
    {
        case "Passed":
            leg.Passed++;
            break;
        case "NotExecuted":
            leg.Skips.Add(new Verdict(test, message));
            break;
        default:
            leg.Failures.Add(new Verdict(test, message));
            break;
    }
}

static string Tail(string log) => File.Exists(log) ? string.Join('\n', File.ReadLines(log).TakeLast(20)) : "no output";

static string Head(string text) => string.Join('\n', text.Split('\n').Take(4));

static string Indent(string text) => string.Join('\n', text.Split('\n').Select(line => "    " + line));

internal sealed record Verdict(string Test, string Message);

internal sealed class Leg(string name)
{
    public string Name { get; } = name;

    public int Passed { get; set; }

    public List<Verdict> Failures { get; } = [];

    public List<Verdict> Skips { get; } = [];

    public string Seconds { get; set; } = "";
}
