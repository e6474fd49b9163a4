namespace Isolation;

/// <summary>Specifies the layer that receives the writes to an <see cref="OverlayRoot"/>.</summary>
public abstract record OverlayUpper
{
    private protected OverlayUpper()
    {
    }
}
