[assembly: LevelOfParallelism(8)]

namespace Isolation.CodeJudge.Tests;

/// <summary>
/// The tests of the judge take minutes, so the gate runs them once, in a leg of their own, and not as each user.
/// </summary>
[SetUpFixture]
public sealed class AssemblyTests
{
    [OneTimeSetUp]
    public void SetUp()
    {
        if (Environment.GetEnvironmentVariable("CI") == "true"
            && Environment.GetEnvironmentVariable("ISOLATION_JUDGE_SUBMISSIONS") is null)
        {
            Assert.Ignore("In the gate these tests run in the leg code-judge.");
        }
    }
}
