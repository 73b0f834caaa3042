using Microsoft.Extensions.AI;
using Sira.Gateway.Configuration;

namespace Sira.Gateway.Attempts;

/// <summary>The timeouts that apply to one attempt.</summary>
/// <param name="Headers">Until the response headers.</param>
/// <param name="FirstToken">Until the first token of a stream.</param>
/// <param name="Idle">Between two chunks of a stream.</param>
/// <param name="Total">Until the end.</param>
internal readonly record struct AttemptTimeouts(TimeSpan Headers, TimeSpan FirstToken, TimeSpan Idle, TimeSpan Total)
{
    private static readonly TimeSpan UnaryBase = TimeSpan.FromSeconds(120);

    /// <summary>Fills what the route leaves open from model and effort.</summary>
    /// <param name="options">The route's settings.</param>
    /// <param name="reasons">Whether the model thinks before it answers.</param>
    /// <param name="effort">The reasoning effort asked for.</param>
    /// <param name="streaming">Whether it is a stream.</param>
    public static AttemptTimeouts For(TimeoutOptions options, bool reasons, ReasoningEffort? effort, bool streaming)
    {
        var thinking = ThinkingTime(reasons, effort);
        if (!streaming)
        {
            var unary = options.Unary ?? UnaryBase + (thinking ?? TimeSpan.Zero);
            return new AttemptTimeouts(unary, unary, unary, unary);
        }

        var firstToken = options.FirstToken ?? thinking ?? TimeSpan.FromSeconds(30);
        return new AttemptTimeouts(
            options.Headers ?? firstToken,
            firstToken,
            options.Idle ?? thinking ?? TimeSpan.FromSeconds(30),
            options.Total ?? (thinking is null ? TimeSpan.FromMinutes(10) : TimeSpan.FromMinutes(30)));
    }

    // A model that is known to reason but was not told how much is given the room of medium effort, the providers' default.
    private static TimeSpan? ThinkingTime(bool reasons, ReasoningEffort? effort) => effort switch
    {
        ReasoningEffort.None => null,
        ReasoningEffort.Low => TimeSpan.FromSeconds(60),
        ReasoningEffort.Medium => TimeSpan.FromSeconds(180),
        ReasoningEffort.High => TimeSpan.FromSeconds(300),
        ReasoningEffort.ExtraHigh => TimeSpan.FromSeconds(600),
        _ => reasons ? TimeSpan.FromSeconds(180) : null,
    };
}
