using Isolation.Linux.Cgroups.Plans;

namespace Isolation.Linux.Parts;

/// <summary>Represents the recorded state of a detached sandbox, as far as the parts need it.</summary>
internal interface ISandboxRecord
{
    /// <summary>Records cgroups before they are created.</summary>
    void Write(string name, IEnumerable<CgroupHierarchy> hierarchies);

    /// <summary>Creates the socket on which init listens for applications.</summary>
    /// <returns>A new descriptor.</returns>
    int CreateListener();

    /// <summary>Opens the table in which init records the ends of commands.</summary>
    /// <returns>A new descriptor.</returns>
    int OpenExitTable();
}
