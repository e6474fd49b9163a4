using System.Text.Json.Serialization;

namespace Isolation.Linux.Seccomp.Oci;

/// <summary>
/// Represents <c>linux.seccomp</c> of the OCI runtime specification (config-linux.md), with the additions of container
/// engines: archMap, includes, excludes, comments.
/// </summary>
internal sealed class OciProfile
{
    public string? DefaultAction { get; set; }

    public uint? DefaultErrnoRet { get; set; }

    public List<string>? Architectures { get; set; }

    public List<ArchitectureMap>? ArchMap { get; set; }

    public List<string>? Flags { get; set; }

    public List<Rule>? Syscalls { get; set; }

    internal sealed class ArchitectureMap
    {
        public string? Architecture { get; set; }

        public List<string>? SubArchitectures { get; set; }
    }

    internal sealed class Rule
    {
        public List<string>? Names { get; set; }

        /// <summary>Gets or sets the single name used by older profiles.</summary>
        public string? Name { get; set; }

        public string? Action { get; set; }

        public uint? ErrnoRet { get; set; }

        public List<Argument>? Args { get; set; }

        public Condition? Includes { get; set; }

        public Condition? Excludes { get; set; }
    }

    internal sealed class Argument
    {
        public int Index { get; set; }

        public ulong Value { get; set; }

        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public ulong ValueTwo { get; set; }

        public string? Op { get; set; }
    }

    internal sealed class Condition
    {
        public List<string>? Caps { get; set; }

        public List<string>? Arches { get; set; }

        public string? MinKernel { get; set; }
    }
}
