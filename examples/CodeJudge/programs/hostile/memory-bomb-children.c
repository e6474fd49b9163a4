#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each child stays below the limit, but all together exceed it. The parent waits forever. */
int main(void)
{
    for (int i = 0; i < 8; i++) {
        if (fork() == 0) {
            memset(malloc(16 << 20), 1, 16 << 20);
            pause();
        }
    }
    pause();
}
