# Writes invalid guesses forever.
while True:
    print("$(kill -9 -1)", flush=True)
