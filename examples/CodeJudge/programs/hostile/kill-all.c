#include <signal.h>
#include <unistd.h>

/* Kills whatever it can reach, the sandbox's first process among it if it could. */
int main(void)
{
    kill(1, SIGKILL);
    kill(-1, SIGKILL);
    return 1;
}
