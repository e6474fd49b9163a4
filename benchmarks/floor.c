// The floor: the kernel work of one cold launch, done in a loop by a C program with nothing around it.
//
//   gcc -O2 -o floor floor.c && ./floor ROOTFS [RUNS]
//   ./floor ROOTFS serve      reads the name of a case per line, does it once, answers with the microseconds that it took;
//                             so that it can take turns with others
//
// ROOTFS holds a static program at bin/true and folders proc and tmp (busybox-static serves).
// Prints one line per case: name, then median, minimum and 95th percentile in microseconds:
//   spawn      posix_spawn of ROOTFS/bin/true, wait                      (what Process.Start costs at least)
//   sandbox    clone3 into user, mount, pid, network, ipc, uts and cgroup namespaces; id map; read-only bind of
//              ROOTFS, proc, tmpfs, pivot_root; no capabilities, no_new_privs; execve /bin/true; wait
//   limits     the same with v1 memory, pids and cpu groups made, entered and removed (skipped where not v1)
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NAMESPACES (CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP)
enum { GROUPS = 3 };
extern char **environ;
static const char *root;
static char program[4096], userMap[64], groupMap[64];
static int groupFd[GROUPS];
static _Alignas(16) char stack[256 * 1024];

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e6 + t.tv_nsec / 1e3; }
static void fail(const char *what) { dprintf(2, "%s: %s\n", what, strerror(errno)); _exit(99); }
static int put(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0) return -1;
    int ok = write(fd, text, strlen(text)) < 0 ? -1 : 0;
    close(fd);
    return ok;
}

static int child(void *limits) {
    char *argv[] = { "true", 0 };
    if (limits)
        for (int i = 0; i < GROUPS; i++)
            if (write(groupFd[i], "0", 1) != 1) fail("enter group");
    if (put("/proc/self/setgroups", "deny") || put("/proc/self/uid_map", userMap) || put("/proc/self/gid_map", groupMap)) fail("id map");
    if (mount(0, "/", 0, MS_REC | MS_PRIVATE, 0)) fail("private");
    if (mount(root, root, 0, MS_BIND, 0) || mount(0, root, 0, MS_REMOUNT | MS_BIND | MS_RDONLY | MS_NOSUID, 0)) fail("bind");
    if (chdir(root)) fail("chdir");
    if (mount("proc", "proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, 0)) fail("proc");
    if (mount("tmpfs", "tmp", "tmpfs", MS_NOSUID | MS_NODEV, "size=16m")) fail("tmpfs");
    if (syscall(SYS_pivot_root, ".", ".") || umount2(".", MNT_DETACH) || chdir("/")) fail("pivot_root");
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++) prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct none[2] = { { 0 } };
    if (syscall(SYS_capset, &header, none)) fail("capset");
    execve("/bin/true", argv, environ);
    fail("execve");
    return 0;
}

// clone3 whose child calls child(limits) on its own stack and never returns.
static __attribute__((noinline)) long launch(struct clone_args *args, void *limits) {
    long result;
    register int (*function)(void *) asm("r12") = child;
    register void *argument asm("r13") = limits;
    asm volatile("syscall; test %%rax, %%rax; jnz 1f; mov %%r13, %%rdi; and $-16, %%rsp; call *%%r12; ud2; 1:"
                 : "=a"(result) : "a"(SYS_clone3), "D"(args), "S"(sizeof *args), "r"(function), "r"(argument)
                 : "rcx", "r11", "memory", "rdx", "r8", "r9", "r10");
    return result;
}

static char groupPath[GROUPS][4096];
static const char *groupLimit[GROUPS][2] = { { "memory.limit_in_bytes", "67108864" }, { "pids.max", "32" }, { "cpu.cfs_quota_us", "100000" } };
static int makeGroups(const char *parents[GROUPS], int run) {
    for (int i = 0; i < GROUPS; i++) {
        char file[4200];
        snprintf(groupPath[i], sizeof groupPath[i], "%s/floor-%d-%d", parents[i], getpid(), run);
        if (mkdir(groupPath[i], 0755)) return -1;
        snprintf(file, sizeof file, "%s/%s", groupPath[i], groupLimit[i][0]);
        if (put(file, groupLimit[i][1])) return -1;
        snprintf(file, sizeof file, "%s/cgroup.procs", groupPath[i]);
        if ((groupFd[i] = open(file, O_WRONLY | O_CLOEXEC)) < 0) return -1;
    }
    return 0;
}
static void removeGroups(void) {
    for (int i = 0; i < GROUPS; i++) {
        close(groupFd[i]);
        while (rmdir(groupPath[i]) && errno == EBUSY) usleep(50);
    }
}

static double spawnOnce(void) {
    char *argv[] = { "true", 0 };
    pid_t pid; int status; double start = now();
    if (posix_spawn(&pid, program, 0, 0, argv, environ)) fail("posix_spawn");
    waitpid(pid, &status, 0);
    return now() - start;
}
static double sandboxOnce(const char **parents, int run) {
    double start = now();
    if (parents && makeGroups(parents, run)) fail("make groups");
    int pidfd = -1;
    struct clone_args args = { .flags = NAMESPACES | CLONE_PIDFD | CLONE_VM | CLONE_VFORK, .pidfd = (uintptr_t)&pidfd,
                               .exit_signal = SIGCHLD, .stack = (uintptr_t)stack, .stack_size = sizeof stack };
    long pid = launch(&args, parents ? stack : 0);
    if (pid < 0) { errno = -pid; fail("clone3"); }
    siginfo_t info;
    if (waitid(P_PIDFD, pidfd, &info, WEXITED) || info.si_status) fail("wait");
    close(pidfd);
    if (parents) removeGroups();
    return now() - start;
}

static int ascending(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return x < y ? -1 : x > y; }
static void report(const char *name, double *values, int count) {
    qsort(values, count, sizeof *values, ascending);
    printf("%-8s median %7.0f  min %7.0f  p95 %7.0f us\n", name, values[count / 2], values[0], values[count * 95 / 100]);
}

// One measurement per line of input, until its end.
static int serve(const char **parents) {
    char line[64];
    for (int run = 0; fgets(line, sizeof line, stdin); run++) {
        line[strcspn(line, "\n")] = 0;
        double took = !strcmp(line, "spawn") ? spawnOnce() : !strcmp(line, "sandbox") ? sandboxOnce(0, run)
                    : !strcmp(line, "limits") && parents ? sandboxOnce(parents, run) : -1;
        printf("%.1f\n", took);
        fflush(stdout);
    }
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 2) { fprintf(stderr, "usage: floor ROOTFS [RUNS|serve]\n"); return 2; }
    root = argv[1];
    int runs = argc > 2 ? atoi(argv[2]) : 300;
    snprintf(program, sizeof program, "%s/bin/true", root);
    snprintf(userMap, sizeof userMap, "1000 %d 1", (int)geteuid());
    snprintf(groupMap, sizeof groupMap, "1000 %d 1", (int)getegid());

    // the groups that this process is in, v1
    char own[GROUPS][2048] = { "", "", "" }, line[2048];
    const char *names[GROUPS] = { "memory", "pids", "cpu" }, *parents[GROUPS];
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (file && fgets(line, sizeof line, file))
        for (int i = 0; i < GROUPS; i++) {
            char key[32];
            snprintf(key, sizeof key, ":%s:", names[i]);
            char *at = strstr(line, key);
            if (at) { at[strcspn(at, "\n")] = 0; snprintf(own[i], sizeof own[i], "/sys/fs/cgroup/%s%s", names[i], at + strlen(key)); }
        }
    int limits = 1;
    for (int i = 0; i < GROUPS; i++) { parents[i] = own[i]; limits &= own[i][0] && access(own[i], W_OK) == 0; }

    if (argc > 2 && !strcmp(argv[2], "serve")) return serve(limits ? parents : 0);
    double *spawned = calloc(runs, 8), *sandboxed = calloc(runs, 8), *limited = calloc(runs, 8);
    for (int i = -10; i < runs; i++) { // interleaved, so that drift of the machine touches all alike
        double a = spawnOnce(), b = sandboxOnce(0, i), c = limits ? sandboxOnce(parents, i) : 0;
        if (i >= 0) { spawned[i] = a; sandboxed[i] = b; limited[i] = c; }
    }
    report("spawn", spawned, runs);
    report("sandbox", sandboxed, runs);
    if (limits) report("limits", limited, runs);
    return 0;
}
