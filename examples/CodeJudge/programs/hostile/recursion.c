/* The stack is exhausted before the memory. */
static int deeper(volatile int depth)
{
    return deeper(depth + 1) + depth;
}

int main(void)
{
    return deeper(0);
}
