namespace CodeJudge.Checking;

/// <summary>Represents the result of a checker.</summary>
/// <param name="IsRight"><see langword="true"/> if the answer is correct.</param>
/// <param name="Detail">The reason why the answer is wrong, which must not reveal the correct answer.</param>
internal readonly record struct CheckResult(bool IsRight, string Detail)
{
    public static CheckResult Right { get; } = new(true, "");

    public static CheckResult Wrong(string detail) => new(false, detail);
}
