namespace Isolation;

/// <summary>Where the writes to an <see cref="OverlayRoot"/> go.</summary>
public abstract record OverlayUpper
{
    private protected OverlayUpper()
    {
    }
}
