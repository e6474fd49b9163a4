using System.Collections.Immutable;
using Isolation.Linux.Errors;
using Isolation.Linux.Interop;
using Isolation.Linux.Steps;

namespace Isolation.Linux.Parts;

/// <summary>
/// Represents the descriptors that the application opened for one sandbox. Closed after init has them.
/// </summary>
internal sealed class PassedDescriptors : IDisposable
{
    private readonly int[] _descriptors;
    private int _count;
    private int _userNamespace = -1;

    private PassedDescriptors(int capacity, SandboxPreparation sandbox)
    {
        _descriptors = capacity == 0 ? [] : new int[capacity];
        Sandbox = sandbox;
    }

    internal ReadOnlySpan<int> Descriptors => _descriptors.AsSpan(0, _count);

    /// <summary>Gets the sandbox, whose init exists.</summary>
    internal SandboxPreparation Sandbox { get; }

    /// <summary>Opens the sources of a sandbox in order.</summary>
    internal static async ValueTask<PassedDescriptors> OpenAsync(
        ImmutableArray<HostSource> sources, SandboxPreparation sandbox, CancellationToken cancellationToken)
    {
        PassedDescriptors opened = new(sources.Length, sandbox);
        try
        {
            foreach (HostSource source in sources)
            {
                opened._descriptors[opened._count] =
                    await source.OpenAsync(opened, cancellationToken).ConfigureAwait(false);
                opened._count++;
            }

            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
        finally
        {
            opened.CloseUserNamespace();
        }
    }

    public void Dispose()
    {
        foreach (int descriptor in Descriptors)
        {
            Kernel.close(descriptor);
        }

        _count = 0;
    }

    /// <summary>Opens the user namespace of init, once for all sources of a sandbox.</summary>
    /// <param name="path">The path whose owners it maps, for a message.</param>
    internal int OpenUserNamespace(string path)
    {
        if (_userNamespace < 0)
        {
            _userNamespace = (int)SandboxErrors.Check(
                Kernel.openat(
                    Kernel.AtFdcwd, $"/proc/{Sandbox.ProcessId}/ns/user", Kernel.ORdonly | Kernel.OCloexec),
                "map the owners of", path, StepKind.MapOwners);
        }

        return _userNamespace;
    }

    private void CloseUserNamespace()
    {
        if (_userNamespace >= 0)
        {
            Kernel.close(_userNamespace);
            _userNamespace = -1;
        }
    }
}
