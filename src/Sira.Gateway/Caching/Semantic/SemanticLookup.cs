using Sira.Gateway.Caching.Keys;
using Sira.Gateway.Caching.Storage;
using Sira.Requests;

namespace Sira.Gateway.Caching.Semantic;

/// <summary>Finds kept answers of questions that resemble the one asked.</summary>
/// <param name="vectors">Makes the vectors.</param>
/// <param name="index">Where the questions are.</param>
/// <param name="read">Returns the fresh answer of a key.</param>
internal sealed class SemanticLookup(QuestionVectors vectors, SemanticIndex index, Func<CacheKey, CacheEntry?> read)
{
    // A longer text is hardly asked twice in other words, and costs much to compare.
    private const int LongestQuestion = 4096;

    /// <summary>Looks for an answer.</summary>
    /// <returns>The answer, if there is one, and what <see cref="Remember"/> needs when there is none.</returns>
    public async ValueTask<SemanticLookupResult> FindAsync(RequestKey key, RequestContext? request, CancellationToken cancellationToken)
    {
        if (key.Text is not { Length: > 0 and <= LongestQuestion } text)
        {
            return default;
        }

        var question = new Question(text);
        if (await vectors.CreateAsync(text, question, request, cancellationToken).ConfigureAwait(false) is not { } vector)
        {
            return default;
        }

        while (index.Find(key.Partition, vector, question) is { } match)
        {
            if (read(match.Key) is { } entry)
            {
                return new SemanticLookupResult(entry, match.Similarity, question, vector);
            }

            // Its answer has expired or was evicted.
            index.Remove(key.Partition, match.Key);
        }

        return new SemanticLookupResult(null, 0, question, vector);
    }

    /// <summary>Remembers the question of an answer that was stored.</summary>
    public void Remember(RequestKey key, in SemanticLookupResult asked)
    {
        if (asked is { Question: { } question, Vector: { } vector })
        {
            index.Add(key.Partition, key.Exact, vector, question);
        }
    }
}
