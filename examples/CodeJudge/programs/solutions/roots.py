import sys

words = sys.stdin.read().split()
for word in words[1:]:
    print(float(word) ** 0.5)
