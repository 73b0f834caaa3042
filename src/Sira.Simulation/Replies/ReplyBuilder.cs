using System.Text;
using Sira.Simulation.Answers;
using Sira.Simulation.Faults;
using Sira.Simulation.Generation;
using Sira.Simulation.Prompts;
using Sira.Simulation.Wires;
using Sira.Simulation.Wires.Anthropic;

namespace Sira.Simulation.Replies;

/// <summary>Decides the reply to one request.</summary>
/// <param name="errors">Whose words to use for errors.</param>
/// <param name="prompt">The prompt.</param>
/// <param name="plan">What goes wrong.</param>
/// <param name="ids">Makes identifiers.</param>
/// <param name="now">The time.</param>
/// <param name="common">The provider's usual headers.</param>
internal sealed class ReplyBuilder(ErrorShape errors, SimulatedPrompt prompt, FaultPlan plan, DeterministicIds ids, DateTimeOffset now, IReadOnlyList<KeyValuePair<string, string>> common)
{
    private readonly string requestId = "req_" + ids.Hex("request", 32);

    /// <summary>Returns whether an answer is written at all, whatever becomes of it on its way.</summary>
    public bool WantsAnswer => plan.Outcome is null or { Kind: FaultOutcomeKind.TruncatedJson };

    /// <summary>Replies with an answer.</summary>
    /// <param name="wire">The wire.</param>
    /// <param name="answer">The answer.</param>
    /// <param name="options">The provider's options.</param>
    /// <returns>The reply.</returns>
    public Reply Answer(Wire wire, FinishedAnswer answer, SimulatedProviderOptions options)
    {
        var context = new WireAnswer(prompt, answer, ids, now.ToUnixTimeSeconds(), options, plan.OmitFinish);
        var body = new BodyPlanner(plan);
        var failure = new ProviderError(ProviderErrorKind.Overloaded, prompt.Model, requestId);
        if (prompt.Streaming)
        {
            return Headers(200, wire.StreamMediaType) with { Body = body.Stream(wire.WriteStream(context), () => errors.WriteEvent(failure)) };
        }

        // A unary answer is generated before its first byte leaves.
        var thinking = (plan.FirstTokenDelay ?? TimeSpan.Zero) + ((plan.TokenDelay ?? TimeSpan.Zero) * Math.Max(0, answer.OutputTokens - 1));
        var reply = Headers(200, wire.JsonMediaType) with { Body = body.Unary(wire.WriteBody(context), () => errors.WriteBody(failure)) };
        return reply with { Delay = reply.Delay + thinking };
    }

    /// <summary>Replies with JSON that is no model's answer.</summary>
    /// <param name="json">The JSON.</param>
    /// <returns>The reply.</returns>
    public Reply Json(byte[] json) => Headers(200, "application/json") with { Body = new BodyPlanner(plan).Unary(json, () => errors.WriteBody(new ProviderError(ProviderErrorKind.Overloaded, prompt.Model, requestId))) };

    /// <summary>Replies with the provider's error.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="message">The message, or <see langword="null"/> for the usual one.</param>
    /// <param name="parameter">The JSON path of the culprit.</param>
    /// <param name="status">The status, or <see langword="null"/> for the usual one.</param>
    /// <returns>The reply.</returns>
    public Reply Error(ProviderErrorKind kind, string? message = null, string? parameter = null, int? status = null) =>
        Headers(status ?? errors.StatusOf(kind), "application/json") with
        {
            Body = new BodyPlanner(FaultPlan.Healthy).Plain(errors.WriteBody(new ProviderError(kind, prompt.Model, requestId, message, parameter))),
        };

    /// <summary>Replies with what a fault puts in the place of an answer.</summary>
    /// <returns>The reply.</returns>
    public Reply Fail()
    {
        var outcome = plan.Outcome!;
        var body = new BodyPlanner(FaultPlan.Healthy);
        switch (outcome.Kind)
        {
            case FaultOutcomeKind.ConnectionReset:
                return new Reply { Start = ReplyStart.Reset, Delay = plan.HeadersDelay ?? TimeSpan.Zero, Status = 0 };
            case FaultOutcomeKind.ConnectionRefused:
                return new Reply { Start = ReplyStart.Refused, Delay = plan.HeadersDelay ?? TimeSpan.Zero, Status = 0 };
            case FaultOutcomeKind.NeverAnswers:
                return new Reply { Start = ReplyStart.Never, Status = 0 };
            case FaultOutcomeKind.EmptyBody:
                return Headers(200, prompt.Streaming ? "text/event-stream" : "application/json");
            case FaultOutcomeKind.Raw:
                return Headers(outcome.Status ?? 200, outcome.MediaType) with { Body = body.Plain(Encoding.UTF8.GetBytes(outcome.Body ?? "")) };
            case FaultOutcomeKind.ErrorInsideOk:
                var inside = new ProviderError(outcome.Error, prompt.Model, requestId);
                return prompt.Streaming
                    ? Headers(200, "text/event-stream") with { Body = body.Plain(errors.WriteEvent(inside)) }
                    : Headers(200, "application/json") with { Body = body.Plain(errors.WriteBody(inside)) };
            default:
                return ProviderFailure(outcome, body);
        }
    }

    private Reply ProviderFailure(FaultOutcome outcome, BodyPlanner body)
    {
        var style = RetryAfterHeaders.Resolve(outcome.RetryAfterStyle, errors);
        var inBody = style.HasFlag(RetryAfterStyle.GoogleRetryInfo) ? outcome.RetryAfter : null;
        var json = errors.WriteBody(new ProviderError(outcome.Error, prompt.Model, requestId, outcome.Message, RetryInBody: inBody));
        var status = outcome.Status ?? errors.StatusOf(outcome.Error);
        if (status == 200 && prompt.Streaming)
        {
            // Google refuses a prompt within a stream by a stream of one event.
            return Headers(status, "text/event-stream") with { Body = body.Plain(new EventWriter("\r\n").Encode(null, json)) };
        }

        var reply = Headers(status, "application/json");
        return reply with
        {
            Headers = outcome.RetryAfter is { } delay ? [.. RetryAfterHeaders.Write(style, delay, now), .. reply.Headers] : reply.Headers,
            Body = body.Plain(json),
        };
    }

    private Reply Headers(int status, string mediaType) => new()
    {
        Delay = plan.HeadersDelay ?? TimeSpan.Zero,
        Status = status,
        MediaType = mediaType,
        Headers = [.. common, new(errors is AnthropicErrorShape ? "request-id" : "x-request-id", requestId), .. plan.Headers],
    };
}
