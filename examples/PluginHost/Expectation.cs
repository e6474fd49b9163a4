namespace PluginHost;

/// <summary>What must come of an attempt.</summary>
internal enum Expectation
{
    /// <summary>It may do this.</summary>
    MayDo,

    /// <summary>It is refused, by an error that it is told.</summary>
    IsRefused,

    /// <summary>It is refused, or its process ends.</summary>
    IsRefusedOrEnded,

    /// <summary>Its process ends.</summary>
    IsEnded,
}
