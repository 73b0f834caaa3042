using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Gateway.Selection;

/// <summary>What a request needs of a target, found out once.</summary>
/// <param name="Features">The features it uses.</param>
/// <param name="InputTokens">The estimated input tokens.</param>
/// <param name="OutputTokens">The output tokens to reckon with.</param>
/// <param name="MaxOutputTokens">The limit that the caller set.</param>
/// <param name="Effort">The reasoning effort asked for.</param>
internal readonly record struct RequestProfile(RequestFeatures Features, long InputTokens, long OutputTokens, int? MaxOutputTokens, ReasoningEffort? Effort)
{
    // What an answer is reckoned at when the caller sets no limit. Recorded chat answers have a median of some hundred tokens; settling corrects the rest.
    private const int TypicalOutputTokens = 512;

    public static RequestProfile Create(IReadOnlyList<ChatMessage> messages, ChatOptions? options, bool streaming, Tokens.ITokenEstimator estimator)
    {
        var features = FeatureDetector.Detect(messages, options);
        if (streaming)
        {
            features |= RequestFeatures.Streaming;
        }

        return new RequestProfile(
            features,
            estimator.Estimate(messages, options, family: null),
            options?.MaxOutputTokens ?? TypicalOutputTokens,
            options?.MaxOutputTokens,
            options?.Reasoning?.Effort);
    }
}
