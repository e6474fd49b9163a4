#!/bin/sh
# Knows a number, and answers each guess. The file that is its argument has the highest number, the number, and how many guesses there are.
# Exit code 0: the program was right; 1: it was not; 2: the test is wrong. Standard error says why.

wrong() {
    echo "$1" >&2
    exit 1
}

read -r highest secret guesses <"$1"
case $highest/$secret/$guesses in
    /* | *//* | */ | *[!0-9/]*)
        echo "The test must be three whole numbers." >&2
        exit 2
        ;;
esac

echo "$highest"
guess=0
while [ "$guess" -lt "$guesses" ]; do
    guess=$((guess + 1))
    read -r number || wrong "It said nothing more before guess $guess."
    case $number in
        '' | *[!0-9]* | ??????????????????*) wrong "Guess $guess is no number." ;;
    esac

    if [ "$number" -eq "$secret" ]; then
        echo right
        # Until the program ends, so that it is not ended by what it may still say.
        exec cat >/dev/null
    elif [ "$number" -lt "$secret" ]; then
        echo higher
    else
        echo lower
    fi
done

wrong "It did not guess the number within $guesses guesses."
