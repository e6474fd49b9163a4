using System.Runtime.InteropServices;
using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.NamespaceKinds;

/// <summary>
/// A payload without capabilities that attacks every process that comes up in its PID namespace, for as long as that is
/// there: it reads memory, opens it, and traces. It tells what it got, and which program the process was executing.
/// </summary>
internal sealed class NamespaceSpy : IAsyncDisposable
{
    private const string Script = """
        import ctypes, os, select, sys
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        SEIZE, INTERRUPT, DETACH, WALL, EFAULT = 0x4206, 0x4207, 17, 0x40000000, 14
        address, size, host, code = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), 0x400000
        class Part(ctypes.Structure): _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]
        room = ctypes.create_string_buffer(size)
        here = Part(ctypes.addressof(room), size)

        def read(process):
            counts = []
            for place in address, code:
                there = Part(place, size)
                counts.append(libc.process_vm_readv(process, ctypes.byref(here), 1, ctypes.byref(there), 1, 0))
                if counts[-1] == size: return 'init' if place == code else room.raw.hex()
                if counts[-1] < 0 and ctypes.get_errno() == EFAULT: counts[-1] = 0
            return 'other' if max(counts) >= 0 else None

        def opened(process):
            # Of a process that has ended the files can be opened, and are empty.
            for file, place in ('maps', 0), ('mem', address), ('mem', code):
                try:
                    descriptor = os.open(f'/proc/{process}/{file}', os.O_RDONLY)
                except OSError: continue
                try:
                    content = os.pread(descriptor, 4096, place)
                    if content: return 'init' if place or b'isolation-init' in content else 'other'
                except OSError: pass
                finally: os.close(descriptor)

        def trace(process):
            if libc.ptrace(SEIZE, process, None, None) < 0: return None
            libc.ptrace(INTERRUPT, process, None, None)
            status = ctypes.c_int()
            libc.waitpid(process, ctypes.byref(status), WALL)
            try: program = os.readlink(f'/proc/{process}/exe')
            except OSError: return None
            libc.ptrace(DETACH, process, None, None)
            return 'init' if 'isolation-init' in program else 'other'

        def concerns(process):
            # On the host there is more than this test: only what the host has started is attacked.
            try:
                while host and process > 1 and process != host:
                    process = int(open(f'/proc/{process}/stat').read().rsplit(')', 1)[1].split()[1])
            except OSError: return False
            return process == host or not host

        def exists(process):
            try: os.kill(process, 0)
            except ProcessLookupError: return False
            except PermissionError: pass
            return True

        def tell(way, process, what):
            try: program = os.readlink(f'/proc/{process}/exe')
            except OSError as error: program = error.strerror
            print(way, process, what, program, flush=True)

        last, alive, told = os.getpid(), [], set()
        seen = {last}
        print('ready', flush=True)
        rounds = 0
        while True:
            rounds += 1
            if rounds % 256 == 0:
                # It may be far behind, and the numbers begin anew after the last one.
                found = {int(name) for name in os.listdir('/proc') if name.isdigit()}
                alive += [process for process in found - seen if concerns(process)]
                seen, last = found, int(open('/proc/loadavg').read().split()[-1])
            # Most have ended before the next is there. One processor may be behind with a number.
            for process in range(max(last - 20, 1), last + 5):
                if process not in seen and exists(process):
                    seen.add(process)
                    if concerns(process): alive.append(process)
                    if process > last:
                        last = process
                        break
            for process in alive[:]:
                for attack in read, opened, trace:
                    if (attack, process) not in told and (what := attack(process)):
                        told.add((attack, process))
                        tell(attack.__name__, process, what)
                if not exists(process):
                    alive.remove(process)
                    told -= {(attack, process) for attack in (read, opened, trace)}
            if rounds % 50 == 0 and select.select([0], [], [], 0)[0]: break
        print('done', flush=True)
        """;

    private readonly ISandbox _sandbox;
    private readonly SandboxUser _user;
    private readonly ISandboxProcess _process;
    private readonly StreamReader _lines;
    private readonly List<string> _caught = [];

    private NamespaceSpy(ISandbox sandbox, SandboxUser user, ISandboxProcess process)
    {
        _sandbox = sandbox;
        _user = user;
        _process = process;
        _lines = new StreamReader(process.StandardOutput!);
    }

    /// <summary>
    /// Gets the bytes in this process that it looks for: they lie where they lie in every child that shares its memory.
    /// </summary>
    internal static byte[] Secret { get; } = CreateSecret();

    /// <summary>Starts a spy in a sandbox that allows what it does.</summary>
    /// <param name="sandbox">The sandbox.</param>
    /// <param name="user">The user.</param>
    /// <param name="isOnHost">Whether the sandbox has the host's PID namespace.</param>
    internal static async Task<NamespaceSpy> StartAsync(ISandbox sandbox, SandboxUser user, bool isOnHost = false)
    {
        nint address = Marshal.UnsafeAddrOfPinnedArrayElement(Secret, 0);
        SandboxCommand command = Guest.Python(
            Script, $"{address}", $"{Secret.Length}", $"{(isOnHost ? Environment.ProcessId : 0)}") with
        {
            User = user,
            StandardInput = InputSource.Pipe,
            StandardOutput = OutputTarget.Pipe,
            StandardError = OutputTarget.Inherit,
        };
        NamespaceSpy spy = new(sandbox, user, await sandbox.StartAsync(command));
        Assert.That(await spy.NextAsync(), Is.EqualTo("ready"));
        return spy;
    }

    /// <summary>
    /// Shows that it works: starts a dumpable process of its own user, and waits until it has fallen to every attack.
    /// </summary>
    internal async Task CatchAsync(string program)
    {
        await using ISandboxProcess prey = await _sandbox.StartAsync(
            new SandboxCommand(program, "10000") { User = _user });
        HashSet<string> ways = [];
        while (ways.Count < 3)
        {
            string line = await NextAsync();
            if (line.EndsWith(Path.GetFileName(program), StringComparison.Ordinal))
            {
                ways.Add(line.Split(' ')[0]);
            }
            else
            {
                _caught.Add(line);
            }
        }
    }

    /// <summary>Ends it. Returns what it caught besides.</summary>
    internal async Task<IReadOnlyList<string>> EndAsync()
    {
        await _process.StandardInput!.DisposeAsync();
        for (string line = await NextAsync(); line != "done"; line = await NextAsync())
        {
            _caught.Add(line);
        }

        return _caught;
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Dispose();
        await _process.DisposeAsync();
    }

    private static byte[] CreateSecret()
    {
        byte[] secret = GC.AllocateArray<byte>(16, pinned: true);
        System.Security.Cryptography.RandomNumberGenerator.Fill(secret);
        return secret;
    }

    private async Task<string> NextAsync()
    {
        try
        {
            return await _lines.ReadLineAsync().WaitAsync(Guest.Patience)
                ?? throw new AssertionException($"The spy has ended. It has caught: {string.Join(", ", _caught)}");
        }
        catch (TimeoutException)
        {
            throw new AssertionException($"The spy hangs. It has caught: {string.Join(", ", _caught)}");
        }
    }
}
