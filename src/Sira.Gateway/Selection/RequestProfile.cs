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
    public long OutputTokens => IsBatch ? 0 : outputTokens;

    /// <summary>The length of the vectors that an embedding call asks for; in the place of the output tokens, which it has not.</summary>
    public int? Dimensions => IsBatch && isOutputLimited ? outputTokens : null;

    /// <summary>The limit that the caller set.</summary>
    public int? MaxOutputTokens => isOutputLimited && !IsBatch ? outputTokens : null;

    public ReasoningEffort? Effort => effortPlusOne == 0 ? null : (ReasoningEffort)(effortPlusOne - 1);

    /// <summary>What an embedding call needs. A model's context limits each input, not their sum, so the sum is not held against it.</summary>
    public static RequestProfile CreateBatch(long inputTokens, int? dimensions) => new(RequestFeatures.None, inputTokens, dimensions ?? 0, dimensions is not null) { IsBatch = true };

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
