namespace Isolation;

/// <summary>Specifies one of the two programs of an <see cref="InteractiveRun"/>.</summary>
public enum InteractiveRole
{
    /// <summary>The program that is judged.</summary>
    Solution,

    /// <summary>The program that the solution communicates with.</summary>
    Interactor,
}
