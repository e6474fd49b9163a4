#include <unistd.h>

/* Each process uses little CPU time, but all together use much; the first one uses none. */
int main(void)
{
    for (int i = 0; i < 16; i++)
        if (fork() == 0)
            for (volatile int j = 0;; j++)
                ;
    pause();
}
