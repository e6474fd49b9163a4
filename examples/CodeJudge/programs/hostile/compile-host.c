/* Tries to copy a file of the host into the compiler messages. */
#include "/etc/shadow"

int main(void) { }
