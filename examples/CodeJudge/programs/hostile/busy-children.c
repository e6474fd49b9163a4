#include <unistd.h>

/* No process takes much; all together they do, and the first one takes nothing. */
int main(void)
{
    for (int i = 0; i < 16; i++)
        if (fork() == 0)
            for (volatile int j = 0;; j++)
                ;
    pause();
}
