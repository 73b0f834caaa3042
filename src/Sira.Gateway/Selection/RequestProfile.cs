using Microsoft.Extensions.AI;
using Sira.Models;

namespace Sira.Gateway.Selection;

/// <summary>What a request needs of a target, found out once. A part of every decision, so it is kept small.</summary>
internal readonly struct RequestProfile
{
    // What an answer is reckoned at when the caller sets no limit. Recorded chat answers have a median of some hundred tokens; settling corrects the rest.
    private const int TypicalOutputTokens = 512;

    private readonly int outputTokens;
    private readonly bool isOutputLimited;
    private readonly sbyte effortPlusOne;

    /// <summary>Initializes a new instance.</summary>
    /// <param name="features">The features it uses.</param>
    /// <param name="inputTokens">The estimated input tokens.</param>
    /// <param name="outputTokens">The output tokens to reckon with.</param>
    /// <param name="isOutputLimited">Whether that is the limit which the caller set.</param>
    /// <param name="effort">The reasoning effort asked for.</param>
    public RequestProfile(RequestFeatures features, long inputTokens, int outputTokens, bool isOutputLimited = false, ReasoningEffort? effort = null)
    {
        (Features, InputTokens, this.outputTokens, this.isOutputLimited) = (features, inputTokens, outputTokens, isOutputLimited);
        effortPlusOne = effort is { } asked ? (sbyte)(asked + 1) : (sbyte)0;
    }

    public RequestFeatures Features { get; }

    public long InputTokens { get; }

    /// <summary>Whether the input is many inputs, so that no context has to hold their sum.</summary>
    public bool IsBatch { get; init; }

    /// <summary>The output tokens to reckon with.</summary>
    public long OutputTokens => outputTokens;

    /// <summary>The limit that the caller set.</summary>
    public int? MaxOutputTokens => isOutputLimited ? outputTokens : null;

    public ReasoningEffort? Effort => effortPlusOne == 0 ? null : (ReasoningEffort)(effortPlusOne - 1);

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
            // A limit that is none is for the provider to refuse; it must not make a reservation smaller.
            options?.MaxOutputTokens is > 0 and var limit ? limit : TypicalOutputTokens,
            options?.MaxOutputTokens is not null,
            options?.Reasoning?.Effort);
    }
}
