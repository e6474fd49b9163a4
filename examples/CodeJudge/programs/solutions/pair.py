import sys

count, wanted, *numbers = map(int, sys.stdin.read().split())
seen = {}
for position, number in enumerate(numbers, 1):
    if wanted - number in seen:
        print(position, seen[wanted - number])
        break
    seen[number] = position
else:
    print(0, 0)
