namespace Sira.Session.Memory.Search;

/// <summary>Keeps the best of many. Of equals the one with the higher number, which is the newer one.</summary>
internal sealed class BestScores(int maximum)
{
    private readonly PriorityQueue<int, (double Score, int Order)> queue = new(maximum + 1);

    public void Offer(int document, double score)
    {
        if (queue.Count < maximum)
        {
            queue.Enqueue(document, (score, document));
        }
        else if (queue.TryPeek(out _, out var worst) && (score, document).CompareTo(worst) > 0)
        {
            queue.DequeueEnqueue(document, (score, document));
        }
    }

    /// <summary>Takes them out, best first.</summary>
    public List<(int Document, double Score)> Take()
    {
        var best = new List<(int Document, double Score)>(queue.Count);
        while (queue.TryDequeue(out var document, out var priority))
        {
            best.Add((document, priority.Score));
        }

        best.Reverse();
        return best;
    }
}
