# Reads the maximum and never writes.
import time

input()
time.sleep(1000)
