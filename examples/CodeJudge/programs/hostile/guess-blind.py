# Guesses without ever hearing an answer, and leaves.
import os

os.close(0)
print("\n".join(["1"] * 20), flush=True)
