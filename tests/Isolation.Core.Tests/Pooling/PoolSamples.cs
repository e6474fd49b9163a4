namespace Isolation.Core.Tests.Pooling;

/// <summary>Provides the specifications, options and waiting times of the pool tests.</summary>
internal static class PoolSamples
{
    /// <summary>The longest wait for a state, in milliseconds.</summary>
    internal const int Patience = 20_000;

    /// <summary>The interval at which a state is checked, in milliseconds.</summary>
    internal const int Step = 2;

    internal static SandboxSpecification Plain { get; } = new() { Name = "plain" };

    internal static SandboxCommand True { get; } = new("true");

    /// <summary>Gets the options of a pool with a single sandbox.</summary>
    internal static SandboxPoolOptions One =>
        new() { ReadySandboxes = 1, MaximumSandboxes = 1, DrainTime = TimeSpan.Zero };
}
