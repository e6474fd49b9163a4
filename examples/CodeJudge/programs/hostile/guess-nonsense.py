# Says what is no number, and goes on for ever.
while True:
    print("$(kill -9 -1)", flush=True)
