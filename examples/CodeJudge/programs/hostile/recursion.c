/* The stack ends before the memory does. */
static int deeper(volatile int depth)
{
    return deeper(depth + 1) + depth;
}

int main(void)
{
    return deeper(0);
}
