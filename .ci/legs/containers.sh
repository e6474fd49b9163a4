# The published Quickstart in containers of Podman, of root and of an ordinary user, and of Docker: with default options, with
# those that docs/containers.md names, with --privileged, and under a filter like Docker's. What comes out is asserted each time.
source "$REPO/.ci/lib.sh"

containers=$WORK/containers
app=$containers/app
profile=$REPO/src/Isolation.Linux/Containers/isolation.json
dotnet_root=$(dirname "$(readlink -f "$(command -v dotnet)")")
mkdir -p "$containers"
chmod 755 "$containers"
cp "$profile" "$containers/isolation.json"
check publish dotnet publish examples/Quickstart -c Release -o "$app"
chmod -R go+rX "$app"

# Docker's default filter, as far as it differs from Podman's: clone3 is hidden, and namespaces and mounts are refused.
python3 - "$containers/docker.json" <<'PYTHON'
import json, sys
profile = json.load(open('/usr/share/containers/seccomp.json'))
refused = {'clone', 'clone3', 'unshare', 'setns', 'mount', 'umount', 'umount2', 'pivot_root', 'fsopen', 'fsconfig', 'fsmount',
           'fspick', 'move_mount', 'open_tree', 'mount_setattr', 'sethostname', 'setdomainname', 'keyctl', 'pidfd_getfd'}
for rule in profile['syscalls']:
    rule['names'] = [name for name in rule['names'] if name not in refused]
profile['syscalls'] = [rule for rule in profile['syscalls'] if rule['names']]
profile['syscalls'] += [
    {'names': ['clone3'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 38},
    {'names': ['clone'], 'action': 'SCMP_ACT_ALLOW',
     'args': [{'index': 0, 'value': 0x7e020000, 'valueTwo': 0, 'op': 'SCMP_CMP_MASKED_EQ'}]},
    {'names': sorted(refused - {'clone', 'clone3'}), 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 1}]
profile['defaultErrnoRet'] = 1
profile.pop('defaultErrno', None)
json.dump(profile, open(sys.argv[1], 'w'))
PYTHON

# root_for USER: a root directory with nothing in it but what programs look for beside /usr, which is mounted from the host.
root_for() {
    local root=$containers/root-$1 link
    mkdir -p "$root"/{usr,proc,sys,dev,tmp,etc,run,root,home,app,dotnet}
    for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$root/$link"; done
    chmod 1777 "$root/tmp"
    echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
    echo root:x:0: >"$root/etc/group"
    cp /etc/ld.so.cache "$root/etc/"
    chown -R "$1:" "$root"
    echo "$root"
}

# quickstart USER OPTION...: runs the Quickstart in a container of that user's Podman, or, as user docker, of Docker.
quickstart() {
    local user=$1 run
    shift
    if [ "$user" = docker ]; then
        docker --host "$socket" run --rm --network none --ulimit nofile=1024:4096 "$@" --volume /usr:/usr:ro \
            --volume "$app:/app:ro" --volume "$dotnet_root:/dotnet:ro" --env DOTNET_ROOT=/dotnet \
            --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --env HOME=/tmp isolation-containers \
            /dotnet/dotnet /app/Quickstart.dll
        return
    fi
    # The limits of Podman itself are above those that this machine allows.
    run=(podman run --rm --network none --ulimit nofile=1024:4096 --ulimit nproc=4096:4096 "$@"
        --volume /usr:/usr:ro --volume "$app:/app:ro" --volume "$dotnet_root:/dotnet:ro" --env DOTNET_ROOT=/dotnet
        --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --env HOME=/tmp --rootfs "$containers/root-$user"
        /dotnet/dotnet /app/Quickstart.dll)
    if [ "$user" = root ]; then
        "${run[@]}"
    else
        rootless "$user" "${run[@]}"
    fi
}

# rootless USER COMMAND...: with directories of which Podman can bind the sockets: their paths are short.
rootless() { (user=$1 && shift && cd / && as_user "$user" env HOME="$short/home" XDG_RUNTIME_DIR="$short/run" "$@"); }

# expect_all USER OPTION...: everything works.
expect_all() {
    local output code=0
    output=$(quickstart "$@" 2>&1) || code=$?
    echo "$output"
    [ "$code" = 0 ] && grep -q '^All [0-9]* checks passed' <<<"$output"
}

# expect_refusal REASON FLAGS USER OPTION...: no namespaces, for that reason; the remedy names just those flags; and the unprivileged
# tier works.
expect_refusal() {
    local reason=$1 flags=$2 output code=0
    shift 2
    output=$(quickstart "$@" 2>&1) || code=$?
    echo "$output"
    [ "$code" = 2 ] || { echo "exit code $code"; return 1; }
    output=$(sed -n '/A sandbox could not be created/,$p' <<<"$output" | tr -s '\n ' '  ')
    [[ $output == *"$reason"* ]] || { echo "not the reason: $reason"; return 1; }
    [[ $output == *") $flags; ("* ]] || { echo "not the flags: $flags"; return 1; }
    [[ $output == *"The unprivileged tier (Landlock and a system-call filter) works; it denies /etc/passwd."* ]] ||
        { echo "the unprivileged tier does not work"; return 1; }
}

# The groups that the engines make are left behind by them.
engine_groups() { find /sys/fs/cgroup -mindepth 1 -maxdepth 2 -type d \( -name libpod_parent -o -name docker \) 2>/dev/null | sort; }
groups_before=$(engine_groups)
daemon=
short=$(mktemp -d /tmp/ci.XXXX)
ordinary=$(user_with_ids)
chmod 755 "$short"
install -d -m 700 -o "$ordinary" "$short/home" "$short/run"
end() {
    local group
    if [ -n "$daemon" ]; then
        kill "$daemon" || true
        wait "$daemon" || true
    fi
    # The process that keeps the namespaces of rootless containers.
    rootless "$ordinary" podman system migrate || true
    rm -rf "$short"
    comm -13 <(echo "$groups_before") <(engine_groups) | while read -r group; do
        find "$group" -depth -type d -exec rmdir {} \; || true
    done
}
trap end EXIT

filter="--security-opt seccomp=isolation.json"
masks="--security-opt unmask=ALL"
for user in root "$ordinary"; do
    root_for "$user"
    check "$user: default options" expect_refusal "refuses sethostname (EPERM)" "$filter $masks" "$user"
    check "$user: a filter like Docker's" expect_refusal "refuses clone (EPERM)" "$filter $masks" "$user" \
        --security-opt "seccomp=$containers/docker.json"
    check "$user: the profile alone" expect_refusal "/proc is covered at" "$masks" "$user" \
        --security-opt "seccomp=$containers/isolation.json"
    check "$user: unmasked alone" expect_refusal "refuses sethostname (EPERM)" "$filter" "$user" --security-opt unmask=ALL
    check "$user: the documented options" expect_all "$user" \
        --security-opt "seccomp=$containers/isolation.json" --security-opt unmask=ALL
    check "$user: the documented options with the least privileges" expect_all "$user" \
        --security-opt "seccomp=$containers/isolation.json" --security-opt unmask=ALL \
        --user 1000 --cap-drop ALL --security-opt no-new-privileges
    check "$user: --privileged" expect_all "$user" --privileged
done

# A daemon of its own, without networks. Its --privileged needs every capability that there is, which this machine may lack.
socket=unix://$containers/docker/socket
start_docker() {
    local try
    mkdir -p "$containers/docker"
    dockerd --data-root "$containers/docker/data" --exec-root "$containers/docker/exec" --pidfile "$containers/docker/pid" \
        --host "$socket" --iptables=false --ip6tables=false --bridge=none --storage-driver=vfs \
        >"$WORK/logs/dockerd.log" 2>&1 &
    daemon=$!
    for try in $(seq 150); do
        docker --host "$socket" version >/dev/null 2>&1 && break
        kill -0 "$daemon" || return 1
        sleep 0.2
    done
    tar -C "$containers/root-root" -c . | docker --host "$socket" import - isolation-containers
}
check "docker: start the daemon" start_docker
masks="--security-opt systempaths=unconfined"
check "docker: default options" expect_refusal "refuses clone (EPERM)" "$filter $masks" docker
check "docker: the profile alone" expect_refusal "/proc is covered at" "$masks" docker \
    --security-opt "seccomp=$containers/isolation.json"
check "docker: CAP_SYS_ADMIN, unmasked" expect_refusal "refuses pivot_root (EPERM)" "$filter" docker \
    --cap-add SYS_ADMIN --security-opt systempaths=unconfined
check "docker: the documented options" expect_all docker \
    --security-opt "seccomp=$containers/isolation.json" --security-opt systempaths=unconfined
check "docker: the documented options with the least privileges" expect_all docker \
    --security-opt "seccomp=$containers/isolation.json" --security-opt systempaths=unconfined \
    --user 1000 --cap-drop ALL --security-opt no-new-privileges
