#include <unistd.h>

/* Every process waits forever, so only the wall-time limit can end them. */
int main(void)
{
    while (fork() >= 0)
        ;
    for (;;)
        pause();
}
