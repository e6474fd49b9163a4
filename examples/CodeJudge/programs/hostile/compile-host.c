/* Would bring a file of the host into what the compiler says. */
#include "/etc/shadow"

int main(void) { }
