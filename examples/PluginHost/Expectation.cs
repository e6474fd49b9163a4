namespace PluginHost;

/// <summary>Specifies the expected result of an attempt.</summary>
internal enum Expectation
{
    /// <summary>The attempt is allowed.</summary>
    MayDo,

    /// <summary>The attempt fails with an error that the plug-in receives.</summary>
    IsRefused,

    /// <summary>The attempt fails, or the process of the plug-in ends.</summary>
    IsRefusedOrEnded,

    /// <summary>The process of the plug-in ends.</summary>
    IsEnded,
}
