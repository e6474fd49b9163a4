using CodeJudge.Settings;
using Microsoft.Extensions.Options;

namespace CodeJudge.Judging;

/// <summary>
/// Lets as many programs run at once as the judge has workers, so that none waits for a CPU because of another. First
/// come, first served.
/// </summary>
internal sealed class RunSlots(IOptions<JudgeOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Value.Workers);

    public int Count { get; } = options.Value.Workers;

    public async Task<T> RunAsync<T>(Func<Task<T>> run, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await run();
        }
        finally
        {
            _free.Release();
        }
    }

    public void Dispose() => _free.Dispose();
}
