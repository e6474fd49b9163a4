using System.ComponentModel.DataAnnotations;

namespace CodeJudge.Settings;

/// <summary>Represents the settings in the section <c>Judge</c> of the configuration.</summary>
internal sealed class JudgeOptions
{
    public const string SectionName = "Judge";

    /// <summary>
    /// Gets or sets the directory of the database. Default: <c>isolation-code-judge</c> below the user's local
    /// application data.
    /// </summary>
    public string? DataDirectory { get; set; }

    /// <summary>Gets or sets the directory of the problems. Default: <c>problems</c> next to the program.</summary>
    public string ProblemsDirectory { get; set; } = Path.Combine(AppContext.BaseDirectory, "problems");

    /// <summary>
    /// Gets or sets the directory of the sample programs. Default: <c>programs</c> next to the program.
    /// </summary>
    public string ProgramsDirectory { get; set; } = Path.Combine(AppContext.BaseDirectory, "programs");

    /// <summary>Gets the IDs of the offered languages. Default: all languages that work on this machine.</summary>
    public IList<string> Languages { get; } = [];

    /// <summary>Gets or sets the maximum number of concurrent programs. Default: one for each CPU.</summary>
    [Range(1, 1024)]
    public int Workers { get; set; } = Environment.ProcessorCount;

    /// <summary>Gets or sets the maximum length of a source in characters. Default: 64 Ki.</summary>
    [Range(1, 1 << 24)]
    public int SourceLimit { get; set; } = 64 << 10;

    /// <summary>
    /// Gets or sets the maximum number of waiting submissions; further ones are refused with status 503. Default:
    /// 10,000.
    /// </summary>
    [Range(1, int.MaxValue)]
    public int QueueLimit { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the number of attempts to judge a submission before it gets <c>JudgeError</c>, so that a submission
    /// that crashes the judge does not crash it forever. Default: 5.
    /// </summary>
    [Range(1, 1000)]
    public int Attempts { get; set; } = 5;

    /// <summary>
    /// Gets or sets the nice value of judged programs, so that pages remain responsive on a busy machine; 0 to 19.
    /// Default: 5.
    /// </summary>
    [Range(0, 19)]
    public int Nice { get; set; } = 5;

    /// <summary>Gets or sets the CPU bandwidth of a program in CPUs. Default: 1.</summary>
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
                "Cannot find the user's directory for local application data. Set HOME, or specify a directory: "
                    + "--Judge:DataDirectory=/path.");
    }
}
