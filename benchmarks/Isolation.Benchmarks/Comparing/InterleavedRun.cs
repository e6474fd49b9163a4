using Isolation.Benchmarks.Contestants;

namespace Isolation.Benchmarks.Comparing;

/// <summary>Measures contestants in turns, so that other load on the machine affects all of them alike.</summary>
internal static class InterleavedRun
{
    private const int Seed = 1;

    internal static async Task<List<Series>> RunAsync(IReadOnlyList<Contestant> contestants, int rounds, int warmUps)
    {
        double[][] values = [.. contestants.Select(_ => new double[rounds])];
        int[] order = [.. Enumerable.Range(0, contestants.Count)];
        Random random = new(Seed);
        for (int round = -warmUps; round < rounds; round++)
        {
            // The kernel removes namespaces asynchronously. A new order in each round prevents one contestant from
            // always paying for the same predecessor.
            random.Shuffle(order);
            foreach (int i in order)
            {
                double microseconds = await contestants[i].MeasureAsync();
                if (round >= 0)
                {
                    values[i][round] = microseconds;
                }
            }
        }

        return [.. contestants.Select((contestant, i) => new Series(contestant.Name, values[i]))];
    }
}
