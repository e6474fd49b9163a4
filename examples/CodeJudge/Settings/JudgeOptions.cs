using System.ComponentModel.DataAnnotations;

namespace CodeJudge.Settings;

/// <summary>What an installation may set, in the section <c>Judge</c> of the configuration.</summary>
internal sealed class JudgeOptions
{
    public const string SectionName = "Judge";

    /// <summary>
    /// Where the database is. Default: <c>isolation-code-judge</c> below the user's local application data.
    /// </summary>
    public string? DataDirectory { get; set; }

    /// <summary>Where the problems are. Default: <c>problems</c> beside the program.</summary>
    public string ProblemsDirectory { get; set; } = Path.Combine(AppContext.BaseDirectory, "problems");

    /// <summary>Where the samples of the page are. Default: <c>programs</c> beside the program.</summary>
    public string ProgramsDirectory { get; set; } = Path.Combine(AppContext.BaseDirectory, "programs");

    /// <summary>The languages that are offered, by their ids. Default: all that this machine has.</summary>
    public IList<string> Languages { get; } = [];

    /// <summary>How many programs run at once. Default: one for each CPU.</summary>
    [Range(1, 1024)]
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>The longest source, in characters. Default: 64 Ki.</summary>
    [Range(1, 1 << 24)]
    public int SourceLimit { get; set; } = 64 << 10;

    /// <summary>How many submissions may wait; further ones are refused with 503. Default: 10,000.</summary>
    [Range(1, int.MaxValue)]
    public int QueueLimit { get; set; } = 10_000;

    /// <summary>
    /// How often a submission is begun before it gets <c>JudgeError</c>, so that one that brings the judge down does
    /// not do so for ever. Default: 5.
    /// </summary>
    [Range(1, 1000)]
    public int Attempts { get; set; } = 5;

    /// <summary>
    /// The nice value of what is judged, so that pages stay quick on a busy machine; 0 to 19. Default: 5.
    /// </summary>
    [Range(0, 19)]
    public int Nice { get; set; } = 5;

    /// <summary>How many CPUs a program may keep busy. Default: 1.</summary>
    [Range(0.01, 1024)]
    public double ProgramCpus { get; set; } = 1;

    public string FindDataDirectory()
    {
        string directory = DataDirectory is { Length: > 0 } named
            ? named
            : Path.Combine(
                Environment.GetFolderPath(
                    Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "isolation-code-judge");
        return Path.IsPathFullyQualified(directory) || DataDirectory is { Length: > 0 }
            ? Path.GetFullPath(directory)
            : throw new InvalidOperationException(
                "This user has no directory for local application data (is HOME set?). Name a directory: "
                    + "--Judge:DataDirectory=/path.");
    }
}
