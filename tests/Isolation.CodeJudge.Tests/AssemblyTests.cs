[assembly: LevelOfParallelism(8)]

namespace Isolation.CodeJudge.Tests;

/// <summary>
/// Restricts the tests of the judge, which take minutes, to their own CI leg, so that they do not run as each user.
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
