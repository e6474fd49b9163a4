namespace CodeJudge.Checking;

/// <summary>What a checker says.</summary>
/// <param name="IsRight">Whether the answer is right.</param>
/// <param name="Detail">Why it is not; must not tell the answer.</param>
internal readonly record struct CheckResult(bool IsRight, string Detail)
{
    public static CheckResult Right { get; } = new(true, "");

    public static CheckResult Wrong(string detail) => new(false, detail);
}
