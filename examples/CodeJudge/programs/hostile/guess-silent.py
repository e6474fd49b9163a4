# Hears how high the number can be, and says nothing.
import time

input()
time.sleep(1000)
