using Sira.Session.Memory.Search;

namespace Sira.Session.Tests.Memory;

public class Bm25IndexTests
{
    /// <summary>Against the formula written down once more, over documents that come and go.</summary>
    [Fact]
    public void Score_RandomDocuments_IsTheFormula()
    {
        for (var seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            var index = new Bm25Index();
            var documents = new List<string>();
            for (var step = 0; step < 60; step++)
            {
                if (documents.Count > 0 && random.Next(5) == 0)
                {
                    var removed = Enumerable.Range(0, documents.Count).Where(_ => random.Next(4) == 0).ToHashSet();
                    var kept = 0;
                    index.Renumber(Enumerable.Range(0, documents.Count).Select(number => removed.Contains(number) ? -1 : kept++).ToArray());
                    documents = documents.Where((_, number) => !removed.Contains(number)).ToList();
                }
                else
                {
                    documents.Add(Words(random, random.Next(12)));
                    Assert.Equal(documents.Count - 1, index.Add(documents[^1]));
                }

                var query = Words(random, random.Next(5));
                var scores = new double[documents.Count];
                index.Score(query, scores);
                for (var i = 0; i < documents.Count; i++)
                {
                    Assert.Equal(Expected(documents, i, query), scores[i], 9);
                }
            }

            Assert.Equal(documents.SelectMany(Split).Distinct().Order(), index.Words.Order());
        }
    }

    private static string Words(Random random, int count) => string.Join(' ', Enumerable.Range(0, count).Select(_ => $"w{random.Next(15)}"));

    private static string[] Split(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double Expected(List<string> documents, int document, string query)
    {
        var average = documents.Average(text => (double)Split(text).Length);
        var score = 0.0;
        foreach (var word in Split(query).Distinct())
        {
            double frequency = Split(documents[document]).Count(other => other == word);
            var having = documents.Count(text => Split(text).Contains(word));
            var idf = Math.Log(1 + ((documents.Count - having + 0.5) / (having + 0.5)));
            score += frequency == 0 ? 0 : idf * frequency * 2.2 / (frequency + (1.2 * (0.25 + (0.75 * Split(documents[document]).Length / average))));
        }

        return score;
    }
}
