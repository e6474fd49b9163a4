namespace Isolation.TestHost;

/// <summary>Represents the report to the test, in lines.</summary>
/// <param name="target">The path of a file, or "-" for standard output.</param>
internal sealed class Report(string target)
{
    private readonly List<string> _lines = [];

    internal void Add(string line)
    {
        if (target == "-")
        {
            Console.Out.WriteLine(line.ReplaceLineEndings(" "));
            Console.Out.Flush();
        }
        else
        {
            _lines.Add(line);
        }
    }

    /// <summary>
    /// Writes the file. The file is not opened earlier, because it would fill a gap among the descriptors that the test
    /// created.
    /// </summary>
    internal void Close()
    {
        if (target != "-")
        {
            File.WriteAllLines(target, _lines);
        }
    }
}
