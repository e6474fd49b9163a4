using System.Text;
using CodeJudge.Checking;

namespace Isolation.CodeJudge.Tests.Checking;

public sealed class CheckerTests
{
    [TestCase("1 2\n3\n", "1\t2 3", ExpectedResult = true)]
    [TestCase("1 2 3", " \n1 2 3 \r\n", ExpectedResult = true)]
    [TestCase("1 2 3", "1 2", ExpectedResult = false)]
    [TestCase("1 2 3", "1 2 3 4", ExpectedResult = false)]
    [TestCase("1 2 3", "1 2 4", ExpectedResult = false)]
    [TestCase("1 2 3", "12 3", ExpectedResult = false)]
    [TestCase("", "", ExpectedResult = true)]
    [TestCase("", "0", ExpectedResult = false)]
    public bool Words_are_compared_without_the_space_between_them(string answer, string output) =>
        Check("tokens", "", answer, output);

    [TestCase("1.5", "1.5000001", ExpectedResult = true)]
    [TestCase("1.5", "15e-1", ExpectedResult = true)]
    [TestCase("1.5", "1.51", ExpectedResult = false)]
    [TestCase("1000000", "1000000.5", ExpectedResult = true)]
    [TestCase("1000000", "1000002", ExpectedResult = false)]
    [TestCase("1 2", "1", ExpectedResult = false)]
    [TestCase("1", "1 2", ExpectedResult = false)]
    [TestCase("1", "nan", ExpectedResult = false)]
    [TestCase("1", "1e999", ExpectedResult = false)]
    public bool Numbers_may_have_a_small_error(string answer, string output) => Check("numbers", "", answer, output);

    [TestCase("1 5", ExpectedResult = true)]
    [TestCase("5 1", ExpectedResult = true)]
    [TestCase("2 3", ExpectedResult = true, Description = "another pair than the author's")]
    [TestCase("1 2", ExpectedResult = false)]
    [TestCase("4 4", ExpectedResult = false, Description = "one position twice")]
    [TestCase("0 0", ExpectedResult = false, Description = "there is a pair")]
    [TestCase("1 6", ExpectedResult = false)]
    [TestCase("1 -5", ExpectedResult = false)]
    [TestCase("1", ExpectedResult = false)]
    [TestCase("1 5 1", ExpectedResult = false)]
    [TestCase("one five", ExpectedResult = false)]
    public bool Any_pair_with_the_sum_is_right(string output) => Check("pair", "5 10\n1 3 7 5 9\n", "1 5", output);

    [Test]
    public void Without_a_pair_only_that_is_right() =>
        Assert.That(
            (Check("pair", "2 10\n1 3\n", "0 0", "0 0"), Check("pair", "2 10\n1 3\n", "0 0", "1 2")),
            Is.EqualTo((true, false)));

    [Test]
    public void A_test_that_contradicts_itself_is_not_held_against_the_program() =>
        Assert.That(() => Check("pair", "2 4\n1 3\n", "0 0", "1 2"), Throws.InstanceOf<InvalidDataException>());

    [TestCase("2 4 1 3", ExpectedResult = true)]
    [TestCase("3\n1\n4\n2", ExpectedResult = true)]
    [TestCase("1 2 3 4", ExpectedResult = false)]
    [TestCase("2 4 1", ExpectedResult = false)]
    [TestCase("2 4 1 3 1", ExpectedResult = false)]
    [TestCase("2 4 1 5", ExpectedResult = false)]
    public bool Any_safe_placement_of_queens_is_right(string output) => Check("queens", "4", "", output);

    private static bool Check(string name, string input, string answer, string output) =>
        Checkers.Find(name).Check(
            Encoding.UTF8.GetBytes(input), Encoding.UTF8.GetBytes(answer), Encoding.UTF8.GetBytes(output)).IsRight;
}
