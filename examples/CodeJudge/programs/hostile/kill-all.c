#include <signal.h>
#include <unistd.h>

/* Tries to kill all processes, including the first process of the sandbox. */
int main(void)
{
    kill(1, SIGKILL);
    kill(-1, SIGKILL);
    return 1;
}
