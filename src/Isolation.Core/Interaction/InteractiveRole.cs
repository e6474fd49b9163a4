namespace Isolation;

/// <summary>Which of the two programs of an <see cref="InteractiveRun"/>.</summary>
public enum InteractiveRole
{
    /// <summary>The program that is judged.</summary>
    Solution,

    /// <summary>The program that it talks to.</summary>
    Interactor,
}
