#!/bin/sh
# Answers guesses of a secret number. The argument is a file with the maximum, the number and the limit of guesses.
# Exit code 0: the program is correct; 1: it is wrong; 2: the test is invalid. Standard error contains the reason.

wrong() {
    echo "$1" >&2
    exit 1
}

read -r highest secret guesses <"$1"
case $highest/$secret/$guesses in
    /* | *//* | */ | *[!0-9/]*)
        echo "The test must consist of three integers." >&2
        exit 2
        ;;
esac

echo "$highest"
guess=0
while [ "$guess" -lt "$guesses" ]; do
    guess=$((guess + 1))
    read -r number || wrong "The program sent no guess $guess."
    case $number in
        '' | *[!0-9]* | ??????????????????*) wrong "Guess $guess is not a number." ;;
    esac

    if [ "$number" -eq "$secret" ]; then
        echo right
        # Read until the program ends, so that further output does not end the program by SIGPIPE.
        exec cat >/dev/null
    elif [ "$number" -lt "$secret" ]; then
        echo higher
    else
        echo lower
    fi
done

wrong "The number was not guessed within $guesses guesses."
