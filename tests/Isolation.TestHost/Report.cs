namespace Isolation.TestHost;

/// <summary>What the program tells its test, in lines.</summary>
/// <param name="target">A file, or "-" for standard output.</param>
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
    /// Writes the file. Not before the end: an open file would fill the very gap among the descriptors that a test
    /// made.
    /// </summary>
    internal void Close()
    {
        if (target != "-")
        {
            File.WriteAllLines(target, _lines);
        }
    }
}
