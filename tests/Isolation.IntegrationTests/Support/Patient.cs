using System.Runtime.CompilerServices;

namespace Isolation.IntegrationTests.Support;

/// <summary>Sequences that fail a test which would hang.</summary>
internal static class Patient
{
    internal static async IAsyncEnumerable<T> WithPatience<T>(
        this IAsyncEnumerable<T> items, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using IAsyncEnumerator<T> each = items.GetAsyncEnumerator(cancellationToken);
        while (await each.MoveNextAsync().AsTask().WaitAsync(Guest.Patience, CancellationToken.None))
        {
            yield return each.Current;
        }
    }
}
