using Isolation.IntegrationTests.Support;

namespace Isolation.IntegrationTests.FileSystem.Transfer;

/// <summary>Names are bytes, and what cannot be taken is left out by itself.</summary>
public sealed class NameTests
{
    /// <summary>Lists all below the working directory, as <see cref="RawNames.List"/> does.</summary>
    private const string ListInside = """
        import os
        def walk(directory, above):
            for name in sorted(os.listdir(directory)):
                path = above + '/' + os.fsencode(name).hex()
                child = os.open(name, os.O_RDONLY, dir_fd=directory)
                if os.path.isdir(f'/proc/self/fd/{child}'):
                    print(path, '')
                    walk(child, path)
                else:
                    print(path, os.read(child, 1000).decode())
                os.close(child)
        walk(os.open('/tmp/tree', os.O_RDONLY), '')
        """;

    [SetUp]
    public void SetUp()
    {
        Requires.UserNamespaces();
        Guest.RequirePython();
    }

    [Test]
    public async Task Names_that_are_not_text_are_taken_as_they_are()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await MakeAsync("""
            for name in (b'\xff', b'\xfe', b'\xc3\xbc', b'a\nb', b'back\\slash', b'\x1b[31m', b'-rf', b'*', b' ',
                    b'\xed\xa0\x80'):
                os.mkdir(name + b'.d'); open(name, 'w').write('content'); open(name + b'.d/' + name, 'w').write('inner')
            """);

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/tree", host.At("taken"));

        Assert.That((taken.Files, taken.Directories, taken.LeftOut.Length), Is.EqualTo((20, 10, 0)));
        Assert.That(Lines(RawNames.List(host.At("taken"))), Is.EqualTo(await ListAsync(sandbox)));
    }

    [Test]
    public async Task Names_of_what_is_left_out_tell_every_byte()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await MakeAsync(@"
for name in b'\xff', b'a\nb', b'back\\slash', b'\xc3\xbc', b'\xe2\x80\xa8': os.symlink('x', name)
os.mkdir(b'\xfe'); os.symlink('x', b'\xfe/\x7f')");

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/tree", host.At("taken"));

        Assert.That(
            taken.LeftOut.Select(entry => entry.Path),
            Is.EquivalentTo((string[])[@"\xFF", @"a\x0Ab", @"back\\slash", "ü", @"\xE2\x80\xA8", @"\xFE/\x7F"]));
    }

    [Test]
    public async Task Paths_longer_than_the_kernel_takes_go_out_and_in_and_are_removed()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await MakeAsync(
            "for i in range(30): os.mkdir('d' * 250); os.chdir('d' * 250)\nopen('file', 'w').write('deep')");

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/tree", host.At("taken"));
        Assert.That((taken.Files, taken.Directories), Is.EqualTo((1, 30)));
        Assert.That(RawNames.List(host.At("taken")).Last().Value, Is.EqualTo("deep"));
        await sandbox.OutputAsync("rm -r /tmp/tree");
        await sandbox.Files.CopyInAsync(host.At("taken"), "/tmp/tree");
        Assert.That(await ListAsync(sandbox), Is.EqualTo(Lines(RawNames.List(host.At("taken")))));

        // One that fails removes what it has made there.
        Assert.That(
            () => sandbox.Files.CopyOutAsync("/tmp/tree", host.At("again"), new() { MaximumBytes = 3 }),
            PutTests.Refused("EFBIG"));
        Assert.That(host.Has("again"), Is.False);
    }

    [Test]
    public async Task Names_that_are_not_text_are_put_as_they_are()
    {
        using HostDirectory host = new();
        string source = host.Directory("source");
        RawNames.Write(source, [0xFF], "one");
        RawNames.Write(source, [0xFE, (byte)'\n'], "two");
        RawNames.MakeDeep(source, 3, [0xC3], "three");
        await using ISandbox sandbox = await Guest.Specification().CreateAsync();

        await sandbox.Files.CopyInAsync(source, "/tmp/tree");

        Assert.That(await ListAsync(sandbox), Is.EqualTo(Lines(RawNames.List(source))));
    }

    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    public async Task Any_tree_goes_out_and_in_again(int seed)
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await MakeAsync($$"""
            import random, socket
            r = random.Random({{seed}})
            left = 300
            def fill(directory, depth):
                global left
                for i in range(r.randint(0, 8)):
                    left -= 1
                    if left < 0: return
                    name = bytes(
                        r.choice([b for b in range(1, 256) if b != 47]) for _ in range(r.choice([1, 2, 10, 255])))
                    if name in (b'.', b'..') or name in map(os.fsencode, os.listdir(directory)): continue
                    kind = r.randint(0, 7)
                    if kind < 3:
                        f = os.open(name, os.O_WRONLY | os.O_CREAT, dir_fd=directory)
                        os.write(f, b'%d' % i)
                        os.close(f)
                    elif kind < 6 and depth < 12:
                        os.mkdir(name, dir_fd=directory)
                        d = os.open(name, os.O_RDONLY, dir_fd=directory)
                        fill(d, depth + 1)
                        os.close(d)
                    elif kind == 6: os.mkfifo(name, dir_fd=directory)
                    else: os.symlink(name, name, dir_fd=directory)
            top = os.open('.', os.O_RDONLY)
            while left > 0: fill(top, 0)
            """);

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/tree", host.At("taken"));

        SortedDictionary<string, string> found = RawNames.List(host.At("taken"));
        string there = await sandbox.OutputAsync(
            "cd /tmp/tree; find . -mindepth 1 -print0 | tr -dc '\\000' | wc -c; find . \\( -type l -o -type p \\) "
            + "-print0 | tr -dc '\\000' | wc -c");
        Assert.That($"{found.Count + taken.LeftOut.Length}\n{taken.LeftOut.Length}", Is.EqualTo(there));
        Assert.That(found, Has.Count.EqualTo(taken.Files + taken.Directories));
        await sandbox.OutputAsync("rm -rf /tmp/tree");
        await sandbox.Files.CopyInAsync(host.At("taken"), "/tmp/tree");
        Assert.That(await ListAsync(sandbox), Is.EqualTo(Lines(found)));
    }

    [Test]
    public async Task A_leased_file_is_left_out_alone()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await MakeAsync("open('file', 'w').write('x'); open('leased', 'w').write('x')");
        await using ISandboxProcess holder = await sandbox.StartAsync(Guest.Python("""
            import fcntl, os, signal
            signal.signal(signal.SIGIO, signal.SIG_IGN)
            fcntl.fcntl(os.open('/tmp/tree/leased', os.O_RDWR), fcntl.F_SETLEASE, fcntl.F_WRLCK)
            print('held', flush=True)
            signal.pause()
            """) with { StandardOutput = OutputTarget.Pipe });
        await holder.StandardOutput!.ReadExactlyAsync(new byte[5]);

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/tree", host.At("taken"));

        Assert.That(taken.LeftOut, Is.EqualTo((SkippedEntry[])[new("leased", "leased by a process")]));
        Assert.That(host.Read("taken/file"), Is.EqualTo("x"));
        Assert.That(() => sandbox.Files.ReadAsync("/tmp/tree/leased", 10), PutTests.Refused("EAGAIN"));
    }

    [Test]
    public async Task Unreadable_entries_are_left_out_unless_the_application_is_privileged()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await MakeAsync(
            "open('file', 'w'); os.chmod('file', 0); os.mkdir('directory'); open('directory/inner', 'w'); "
            + "os.chmod('directory', 0)");

        CopyResult taken = await sandbox.Files.CopyOutAsync("/tmp/tree", host.At("taken"));

        Assert.That(
            taken.LeftOut,
            Is.EquivalentTo(
                Environment.IsPrivilegedProcess
                ? (SkippedEntry[])[]
                : [new("file", "EACCES"), new("directory", "EACCES")]));
    }

    [Test]
    public async Task Files_that_change_and_vanish_while_they_are_taken_do_no_harm()
    {
        using HostDirectory host = new();
        await using ISandbox sandbox = await MakeAsync("open('stays', 'w').write('content')");
        await using ISandboxProcess changer = await sandbox.StartAsync(Guest.Python("""
            import os
            os.chdir('/tmp/tree')
            print('begun', flush=True)
            while True:
                for name in b'\xff', b'a', b'b':
                    with open(name, 'wb') as file: file.write(b'y' * 200000); file.truncate(10)
                    os.rename(name, b'c'); os.unlink(b'c')
                    os.mkdir(name); os.rmdir(name)
                    os.symlink('/etc', name); os.unlink(name)
            """) with { StandardOutput = OutputTarget.Pipe });
        await changer.StandardOutput!.ReadExactlyAsync(new byte[6]);

        for (int i = 0; i < 50; i++)
        {
            await sandbox.Files.CopyOutAsync("/tmp/tree", host.At($"{i}"));
            Assert.That(host.Read($"{i}/stays"), Is.EqualTo("content"));
        }
    }

    private static async Task<ISandbox> MakeAsync(string script)
    {
        ISandbox sandbox = await Guest.Specification().CreateAsync();
        Guest.Output(
            await sandbox.RunAsync(Guest.Python($"import os\nos.mkdir('/tmp/tree'); os.chdir('/tmp/tree')\n{script}")));
        return sandbox;
    }

    private static async Task<string> ListAsync(ISandbox sandbox) =>
        string.Join(
            '\n', Guest.Output(await sandbox.RunAsync(Guest.Python(ListInside))).Split('\n')
            .Order(StringComparer.Ordinal));

    private static string Lines(SortedDictionary<string, string> found) =>
        string.Join('\n', found.Select(entry => $"{entry.Key} {entry.Value}").Order(StringComparer.Ordinal));
}
