# The published Quickstart in containers of Podman, of root and of an ordinary user: with default options, with those that
# docs/containers.md names, with --privileged, and under a filter like Docker's. What comes out is asserted each time.
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
    mkdir -p "$root"/{usr,proc,sys,dev,tmp,etc,run,app,dotnet}
    for link in bin sbin lib lib64; do ln -sfn "usr/$link" "$root/$link"; done
    echo root:x:0:0:root:/root:/bin/sh >"$root/etc/passwd"
    echo root:x:0: >"$root/etc/group"
    cp /etc/ld.so.cache "$root/etc/"
    chown -R "$1:" "$root"
    echo "$root"
}

# quickstart USER OPTION...: runs the Quickstart in a container of that user.
quickstart() {
    local user=$1 run
    shift
    # The limits of Podman itself are above those that this machine allows.
    run=(podman run --rm --network none --ulimit nofile=1024:4096 --ulimit nproc=4096:4096 "$@"
        --volume /usr:/usr:ro --volume "$app:/app:ro" --volume "$dotnet_root:/dotnet:ro" --env DOTNET_ROOT=/dotnet
        --env DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 --env HOME=/tmp --rootfs "$containers/root-$user"
        /dotnet/dotnet /app/Quickstart.dll)
    if [ "$user" = root ]; then
        "${run[@]}"
    else
        (cd / && as_user "$user" env XDG_RUNTIME_DIR="$WORK/home/$user/run" "${run[@]}")
    fi
}

# expect_all USER OPTION...: everything works.
expect_all() { quickstart "$@" | tee /dev/stderr | grep -q '^All [0-9]* checks passed'; }

# expect_refusal REASON FLAGS USER OPTION...: no namespaces, for that reason; the remedy names just those flags of Podman; and the
# unprivileged tier works.
expect_refusal() {
    local reason=$1 flags=$2 output code=0
    shift 2
    output=$(quickstart "$@" 2>&1) || code=$?
    echo "$output"
    [ "$code" = 2 ] || { echo "exit code $code"; return 1; }
    output=$(sed -n '/A sandbox could not be created/,$p' <<<"$output" | tr -s '\n ' '  ')
    [[ $output == *"$reason"* ]] || { echo "not the reason: $reason"; return 1; }
    [[ $output == *"(Podman) $flags; (Kubernetes)"* ]] || { echo "not the flags: $flags"; return 1; }
    [[ $output == *"The unprivileged tier (Landlock and a system-call filter) works; it denies /etc/passwd."* ]] ||
        { echo "the unprivileged tier does not work"; return 1; }
}

ordinary=$(user_with_ids)
install -d -m 700 -o "$ordinary" "$WORK/home/$ordinary/run"
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
