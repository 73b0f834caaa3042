using System.Text;
using Microsoft.Extensions.AI;
using Sira.Session.Memory.Search;
using Sira.Tokens;

namespace Sira.Session.Compaction.Writing;

/// <summary>Keeps the sentences that say most.</summary>
/// <remarks>
/// SumBasic: a sentence weighs what its words weigh on average, a word what share of all words it is; the words of a sentence that was taken count less from then on, by the square, so that the next sentence says something else.
/// One- and two-letter words are left out, since most say nothing and the weights would be theirs.
/// </remarks>
internal sealed class SentenceSummaryWriter(SummaryOptions options, ITokenEstimator estimator) : ISummaryWriter
{
    private const double UserWeight = 1.5;
    private const double ToolWeight = 0.3;

    // A single word weighs what that word does, and says nothing.
    private const int FewestWords = 2;

    // More would take squared time, for a summary of some dozen sentences; the last ones are the ones that count.
    private const int MaximumSentences = 2_000;

    public int ToolResultCharacters => options.ToolResultCharacters;

    public ValueTask<WrittenSummary> WriteAsync(IReadOnlyList<TranscriptLine> lines, long tokens, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var sentences = Read(lines);
        var chosen = Choose(sentences, SummaryBounds.Limit(options, tokens), cancellationToken);
        var text = new StringBuilder();
        ChatRole? speaker = null;
        foreach (var index in chosen)
        {
            var sentence = sentences[index];
            text.Append(text.Length == 0 ? string.Empty : speaker == sentence.Role ? " " : "\n");
            text.Append(speaker == sentence.Role || sentence.Role == ChatRole.System ? string.Empty : $"{sentence.Role.Value}: ").Append(sentence.Text);
            speaker = sentence.Role;
        }

        // Messages without a word, such as pictures alone.
        var summary = text.Length > 0 ? text.ToString() : "(Nothing was said in words.)";
        return new(new WrittenSummary(summary, (int)estimator.Estimate(summary, options.Family), null));
    }

    private static List<Sentence> Read(IReadOnlyList<TranscriptLine> lines)
    {
        var sentences = new List<Sentence>();
        var words = new WordReader();
        foreach (var line in lines)
        {
            foreach (var range in SentenceSplitter.Split(line.Text))
            {
                var text = line.Text[range].Trim();
                var found = new List<string>();
                words.Read(text, found, static (word, list) =>
                {
                    if (word.Length > 2 || word[0] > '\u2E80')
                    {
                        list.Add(word.ToString());
                    }
                });
                if (found.Count >= FewestWords)
                {
                    sentences.Add(new Sentence(line.Role, text, found));
                }
            }
        }

        return sentences.Count > MaximumSentences ? sentences[^MaximumSentences..] : sentences;
    }

    private List<int> Choose(List<Sentence> sentences, int limit, CancellationToken cancellationToken)
    {
        var shares = new Dictionary<string, double>(StringComparer.Ordinal);
        var total = 0;
        foreach (var sentence in sentences)
        {
            total += sentence.Words.Count;
            foreach (var word in sentence.Words)
            {
                shares[word] = shares.GetValueOrDefault(word) + 1;
            }
        }

        foreach (var word in shares.Keys)
        {
            shares[word] /= total;
        }

        var chosen = new List<int>();
        var left = new List<int>(Enumerable.Range(0, sentences.Count));
        while (left.Count > 0 && limit > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var best = left.MaxBy(index => Weight(sentences[index], shares));
            left.Remove(best);
            var tokens = (int)estimator.Estimate(sentences[best].Text, options.Family) + 3;
            if (tokens > limit)
            {
                continue;
            }

            limit -= tokens;
            chosen.Add(best);
            foreach (var word in sentences[best].Words)
            {
                shares[word] *= shares[word];
            }
        }

        chosen.Sort();
        return chosen;
    }

    private static double Weight(Sentence sentence, Dictionary<string, double> shares)
    {
        var sum = 0.0;
        foreach (var word in sentence.Words)
        {
            sum += shares[word];
        }

        return sum / sentence.Words.Count * (sentence.Role == ChatRole.User ? UserWeight : sentence.Role == ChatRole.Tool ? ToolWeight : 1);
    }

    private sealed record Sentence(ChatRole Role, string Text, List<string> Words);
}
