namespace Sira.Session.Memory.Search;

/// <summary>Makes one ranking of several: reciprocal rank fusion (G. Cormack, C. Clarke, S. Büttcher, Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods, 2009).</summary>
internal static class RankFusion
{
    /// <summary>The constant of the paper, which found it to matter little.</summary>
    public const int K = 60;

    /// <summary>Adds the shares of a ranking, best first.</summary>
    public static void Add(Dictionary<int, double> scores, List<(int Document, double Score)> ranking)
    {
        for (var i = 0; i < ranking.Count; i++)
        {
            scores[ranking[i].Document] = scores.GetValueOrDefault(ranking[i].Document) + (1.0 / (K + i + 1));
        }
    }
}
