using CodeJudge.Settings;
using Microsoft.Extensions.Options;

namespace CodeJudge.Judging;

/// <summary>
/// Limits concurrent programs to the number of workers, so that programs do not compete for CPUs. Programs run in order
/// of arrival.
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
