# Fails in the middle of the conversation.
input()
print(1, flush=True)
input()
raise SystemExit(3)
