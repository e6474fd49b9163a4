# Writes guesses without reading the answers, and exits.
import os

os.close(0)
print("\n".join(["1"] * 20), flush=True)
