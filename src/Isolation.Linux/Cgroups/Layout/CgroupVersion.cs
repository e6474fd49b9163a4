namespace Isolation.Linux.Cgroups.Layout;

/// <summary>Which of the two interfaces a controller has on a host; a hybrid host has some in each.</summary>
internal enum CgroupVersion
{
    /// <summary>A hierarchy for one controller or a few, see cgroups(7).</summary>
    V1,

    /// <summary>One hierarchy for all controllers.</summary>
    V2,
}
