using System.Globalization;
using Isolation.Linux.Seccomp.Tables;
using HostProgram = Isolation.IntegrationTests.Robustness.HostProgram;

namespace Isolation.IntegrationTests.Containers;

/// <summary>Runs an application under a system-call filter, as container engines do.</summary>
internal static class FilteredHost
{
    internal const uint NewNamespaces = 0x7e020000;
    internal const int EPERM = 1;
    internal const int ENOSYS = 38;

    /// <summary>
    /// Loads a filter that answers each named call with its error, checks clone3 if it is among them, and executes the
    /// rest of the command line. Root keeps its capabilities.
    /// </summary>
    private const string Launcher = """
        import ctypes, os, struct, sys
        libc = ctypes.CDLL(None, use_errno=True)
        rules = [tuple(int(part) for part in rule.split('=')) for rule in sys.argv[1].split(',')]
        code = []
        for number, error, mask in rules:
            refusal = (0x06, 0, 0, 0x50000 | error)
            code += [(0x20, 0, 0, 0)]
            code += [(0x15, 0, 3, number), (0x20, 0, 0, 16), (0x45, 0, 1, mask), refusal] if mask else [
                (0x15, 0, 1, number), refusal]
        code += [(0x06, 0, 0, 0x7fff0000)]
        filter = ctypes.create_string_buffer(b''.join(struct.pack('=HBBI', *one) for one in code))
        program = ctypes.create_string_buffer(struct.pack('=HxxxxxxQ', len(code), ctypes.addressof(filter)))
        if os.geteuid():
            libc.prctl(38, 1, 0, 0, 0)
        if libc.prctl(22, 2, program):
            raise OSError(ctypes.get_errno(), 'the filter')
        for number, error, mask in rules:
            if number == 435 and (libc.syscall(435, 0, 0) != -1 or ctypes.get_errno() != error):
                raise OSError(0, 'clone3 is not hidden')
        os.execvp(sys.argv[2], sys.argv[2:])
        """;

    /// <summary>Runs the test's application to its end, and returns its report.</summary>
    /// <param name="refusals">
    /// The calls, each with the error number that the filter answers, and the bits of the first argument of which one
    /// must be set, or 0.
    /// </param>
    /// <param name="below">A command line in front of the application.</param>
    /// <param name="arguments">The arguments of the application.</param>
    internal static Task<string[]> RunAsync(
        IEnumerable<(string Call, int Error, uint Bits)> refusals, string[] below, params string[] arguments)
    {
        Requires.Program("python3");
        string rules = string.Join(
            ',', refusals.Select(refusal => string.Create(
                CultureInfo.InvariantCulture,
                $"{SystemCallNames.Current.Numbers[refusal.Call]}={refusal.Error}={refusal.Bits}")));
        return HostProgram.RunBelowAsync([.. below, "python3", "-c", Launcher, rules], arguments);
    }
}
