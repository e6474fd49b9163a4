using System.Globalization;

namespace CodeJudge.Checking;

/// <summary>
/// Knows a number, and answers each guess with <c>lower</c>, <c>higher</c> or <c>right</c>. The test says the highest number, the number,
/// and how many guesses there are.
/// </summary>
internal sealed class GuessInteractor : IInteractor
{
    public async Task<CheckResult> TalkAsync(ReadOnlyMemory<byte> test, Conversation program, CancellationToken cancellationToken)
    {
        (long highest, long secret, long guesses) = Read(test);
        await program.SayAsync(highest.ToString(CultureInfo.InvariantCulture), cancellationToken);
        for (long guess = 1; guess <= guesses; guess++)
        {
            if (await program.HearAsync(cancellationToken) is not { } line)
            {
                return CheckResult.Wrong($"It said nothing more before guess {guess}.");
            }

            if (!long.TryParse(line.Trim(), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number))
            {
                return CheckResult.Wrong($"Guess {guess} is no number.");
            }

            await program.SayAsync(number == secret ? "right" : number < secret ? "higher" : "lower", cancellationToken);
            if (number == secret)
            {
                return CheckResult.Right;
            }
        }

        return CheckResult.Wrong($"It did not guess the number within {guesses} guesses.");
    }

    private static (long Highest, long Secret, long Guesses) Read(ReadOnlyMemory<byte> test)
    {
        Tokens tokens = new(test.Span);
        return tokens.TryReadInteger(out long highest) && tokens.TryReadInteger(out long secret) && tokens.TryReadInteger(out long guesses)
            ? (highest, secret, guesses)
            : throw new InvalidDataException("The test must be three whole numbers.");
    }
}
