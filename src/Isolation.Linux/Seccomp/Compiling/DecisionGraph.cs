namespace Isolation.Linux.Seccomp.Compiling;

/// <summary>Creates each distinct decision only once, so that identical parts of a filter are shared.</summary>
internal sealed class DecisionGraph
{
    private readonly Dictionary<uint, Decision> _results = [];
    private readonly Dictionary<(WordTest Test, Decision IfTrue, Decision IfFalse), Decision> _questions = [];

    internal Decision Result(uint value)
    {
        if (!_results.TryGetValue(value, out Decision? result))
        {
            _results.Add(value, result = new Decision.Result(value));
        }

        return result;
    }

    internal Decision Ask(WordTest test, Decision ifTrue, Decision ifFalse)
    {
        if (ifTrue == ifFalse)
        {
            return ifTrue;
        }

        (WordTest, Decision, Decision) key = (test, ifTrue, ifFalse);
        if (!_questions.TryGetValue(key, out Decision? question))
        {
            _questions.Add(key, question = new Decision.Question(test, ifTrue, ifFalse));
        }

        return question;
    }
}
