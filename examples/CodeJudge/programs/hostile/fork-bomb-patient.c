#include <unistd.h>

/* Each waits for ever, so that nothing but the clock would end it. */
int main(void)
{
    while (fork() >= 0)
        ;
    for (;;)
        pause();
}
