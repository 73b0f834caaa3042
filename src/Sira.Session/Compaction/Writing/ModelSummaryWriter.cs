using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.AI;
using Sira.Tokens;

namespace Sira.Session.Compaction.Writing;

/// <summary>Has a model write.</summary>
internal sealed class ModelSummaryWriter(IChatClient client, SummaryOptions options, ITokenEstimator estimator) : ISummaryWriter
{
    // Below this, shortening every message alike leaves nothing of any.
    private const int FewestCharacters = 40;

    public int ToolResultCharacters => options.ToolResultCharacters;

    public async ValueTask<WrittenSummary> WriteAsync(IReadOnlyList<TranscriptLine> lines, long tokens, CancellationToken cancellationToken)
    {
        var limit = SummaryBounds.Limit(options, tokens);
        var record = Bounded(lines);

        // A line that holds the hash of the text cannot stand in the text.
        var mark = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(record)), 0, 8);
        ChatMessage[] messages =
        [
            new(ChatRole.System, options.Prompt),
            new(ChatRole.User, $"-----BEGIN RECORD {mark}-----\n{record}\n-----END RECORD {mark}-----\n\nSummarise the record in at most {limit * 3 / 4} words."),
        ];
        var response = await client.GetResponseAsync(messages, new ChatOptions { ModelId = options.Model, MaxOutputTokens = options.MaximumOutputTokens }, cancellationToken).ConfigureAwait(false);
        if (response.FinishReason == ChatFinishReason.ContentFilter || response.FinishReason == ChatFinishReason.ToolCalls)
        {
            throw new CompactionException($"The model '{response.ModelId}' did not summarise but ended with '{response.FinishReason}'. Choose another one by {nameof(SummaryOptions)}.{nameof(SummaryOptions.Model)}.");
        }

        var text = SummaryBounds.Cut(response.Text.Trim(), limit, estimator, options.Family);
        return text.Length > 0
            ? new WrittenSummary(text, (int)estimator.Estimate(text, options.Family), response.ModelId ?? options.Model)
            : throw new CompactionException($"The model '{response.ModelId}' answered with no text and '{response.FinishReason}'. Raise {nameof(SummaryOptions)}.{nameof(SummaryOptions.MaximumOutputTokens)} ({options.MaximumOutputTokens}) if it thinks first, or choose another one.");
    }

    // Long messages are shortened first, and all of them more and more, until the whole fits.
    private string Bounded(IReadOnlyList<TranscriptLine> lines)
    {
        var longest = 0;
        foreach (var line in lines)
        {
            longest = Math.Max(longest, line.Text.Length);
        }

        for (var characters = longest; ; characters /= 2)
        {
            var text = new StringBuilder();
            foreach (var line in lines)
            {
                text.Append(text.Length > 0 ? "\n\n" : string.Empty).Append(line.Role.Value).Append(": ").Append(Transcript.Shorten(line.Text, characters));
            }

            var record = text.ToString();
            var tokens = estimator.Estimate(record, options.Family);
            if (tokens <= options.MaximumInputTokens)
            {
                return record;
            }

            if (characters <= FewestCharacters)
            {
                return Transcript.Shorten(record, (int)(record.Length * 0.9 * options.MaximumInputTokens / tokens));
            }
        }
    }
}
