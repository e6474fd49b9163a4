#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Each child stays below the limit; together they do not. The parent waits for ever. */
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
