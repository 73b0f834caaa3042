using Sira.Simulation.Wires;

namespace Sira.Simulation.Faults;

/// <summary>Something that goes wrong with a request. Immutable; combine faults with <see cref="With"/>.</summary>
/// <remarks>"After n tokens" counts content events of a stream: text, thoughts and fragments of tool calls, not lifecycle events. A unary answer has no tokens to count: its body breaks off halfway, and delays per token add up before its headers.</remarks>
public sealed class Fault
{
    private readonly string name;

    private Fault(string name, FaultPlan plan)
    {
        this.name = name;
        Plan = plan;
    }

    /// <summary>Gets what the fault says, as data.</summary>
    internal FaultPlan Plan { get; }

    /// <summary>A rate limit: 429, or what the provider sends for it.</summary>
    /// <param name="retryAfter">When to come back; <see langword="null"/> to say nothing about it.</param>
    /// <param name="style">How to say it; by default the provider's own ways.</param>
    /// <returns>The fault.</returns>
    public static Fault RateLimited(TimeSpan? retryAfter = null, RetryAfterStyle style = RetryAfterStyle.Native) =>
        Error(nameof(RateLimited), ProviderErrorKind.RateLimit, retryAfter, style);

    /// <summary>A quota that is used up. OpenAI and Google send 429 with a telling code, Anthropic a 400 about the credit balance.</summary>
    /// <returns>The fault.</returns>
    public static Fault QuotaExhausted() => Error(nameof(QuotaExhausted), ProviderErrorKind.Quota);

    /// <summary>The provider failed: 500.</summary>
    /// <returns>The fault.</returns>
    public static Fault ServerError() => Error(nameof(ServerError), ProviderErrorKind.ServerError);

    /// <summary>The provider is away: 503.</summary>
    /// <param name="retryAfter">When to come back; <see langword="null"/> to say nothing about it.</param>
    /// <returns>The fault.</returns>
    public static Fault Unavailable(TimeSpan? retryAfter = null) => Error(nameof(Unavailable), ProviderErrorKind.Unavailable, retryAfter);

    /// <summary>The provider has too much to do: 529 from Anthropic, 503 from the others.</summary>
    /// <param name="retryAfter">When to come back; <see langword="null"/> to say nothing about it.</param>
    /// <returns>The fault.</returns>
    public static Fault Overloaded(TimeSpan? retryAfter = null) => Error(nameof(Overloaded), ProviderErrorKind.Overloaded, retryAfter);

    /// <summary>The key is wrong: 401; from Google a 400 that says so.</summary>
    /// <returns>The fault.</returns>
    public static Fault Unauthorized() => Error(nameof(Unauthorized), ProviderErrorKind.Unauthorized);

    /// <summary>The account must be paid first: 402; from Google a 403.</summary>
    /// <returns>The fault.</returns>
    public static Fault PaymentRequired() => Error(nameof(PaymentRequired), ProviderErrorKind.Billing);

    /// <summary>The key may not do this: 403.</summary>
    /// <returns>The fault.</returns>
    public static Fault Forbidden() => Error(nameof(Forbidden), ProviderErrorKind.Forbidden);

    /// <summary>There is no such model: 404.</summary>
    /// <returns>The fault.</returns>
    public static Fault ModelNotFound() => Error(nameof(ModelNotFound), ProviderErrorKind.ModelNotFound);

    /// <summary>The input is longer than the model's context: 400.</summary>
    /// <returns>The fault.</returns>
    public static Fault ContextLengthExceeded() => Error(nameof(ContextLengthExceeded), ProviderErrorKind.ContextLength);

    /// <summary>The provider's filter refused the prompt: 400; from Google a 200 without candidates. For an answer that was filtered, see <see cref="Answers.SimulatedAnswer.Filtered"/>.</summary>
    /// <returns>The fault.</returns>
    public static Fault ContentFiltered() => Error(nameof(ContentFiltered), ProviderErrorKind.ContentFilter);

    /// <summary>The request is wrong: 400.</summary>
    /// <param name="message">What is wrong.</param>
    /// <returns>The fault.</returns>
    public static Fault BadRequest(string message) =>
        new(nameof(BadRequest), new FaultPlan { Outcome = new FaultOutcome(FaultOutcomeKind.ProviderError) { Error = ProviderErrorKind.BadRequest, Message = message } });

    /// <summary>Any status with any body.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The body; by default none.</param>
    /// <param name="mediaType">The body's media type.</param>
    /// <returns>The fault.</returns>
    public static Fault Status(int status, string body = "", string mediaType = "application/json") =>
        new($"{nameof(Status)} {status}", new FaultPlan { Outcome = new FaultOutcome(FaultOutcomeKind.Raw) { Status = status, Body = body, MediaType = mediaType } });

    /// <summary>A page for people where a program expected JSON, as captive portals and load balancers send it.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <returns>The fault.</returns>
    public static Fault Html(int status = 200) =>
        new(nameof(Html), Status(status, "<!DOCTYPE html>\n<html><head><title>Just a moment...</title></head><body><h1>Checking your browser</h1></body></html>\n", "text/html; charset=utf-8").Plan);

    /// <summary>A 200 without a body.</summary>
    /// <returns>The fault.</returns>
    public static Fault EmptyBody() => Instead(nameof(EmptyBody), FaultOutcomeKind.EmptyBody);

    /// <summary>A 200 whose body is the provider's error; in a stream, an error event comes first.</summary>
    /// <returns>The fault.</returns>
    public static Fault ErrorInsideOk() =>
        new(nameof(ErrorInsideOk), new FaultPlan { Outcome = new FaultOutcome(FaultOutcomeKind.ErrorInsideOk) { Error = ProviderErrorKind.Overloaded } });

    /// <summary>An answer that breaks off in the middle of its JSON although HTTP ends well.</summary>
    /// <returns>The fault.</returns>
    public static Fault TruncatedJson() => Instead(nameof(TruncatedJson), FaultOutcomeKind.TruncatedJson);

    /// <summary>The connection is reset before headers.</summary>
    /// <returns>The fault.</returns>
    public static Fault ConnectionReset() => Instead(nameof(ConnectionReset), FaultOutcomeKind.ConnectionReset);

    /// <summary>There is no connection to be had. A <see cref="Server.SimulatedProviderServer"/>, which has accepted one by then, resets it.</summary>
    /// <returns>The fault.</returns>
    public static Fault ConnectionRefused() => Instead(nameof(ConnectionRefused), FaultOutcomeKind.ConnectionRefused);

    /// <summary>Nothing ever comes; only cancellation ends the request.</summary>
    /// <returns>The fault.</returns>
    public static Fault NeverAnswers() => Instead(nameof(NeverAnswers), FaultOutcomeKind.NeverAnswers);

    /// <summary>The headers are late.</summary>
    /// <param name="delay">The delay, in whole milliseconds.</param>
    /// <returns>The fault.</returns>
    public static Fault SlowHeaders(TimeSpan delay) => new(nameof(SlowHeaders), new FaultPlan { HeadersDelay = NotNegative(delay) });

    /// <summary>The headers and lifecycle events are there at once, the first token is late.</summary>
    /// <param name="delay">The delay, in whole milliseconds.</param>
    /// <returns>The fault.</returns>
    public static Fault SlowFirstToken(TimeSpan delay) => new(nameof(SlowFirstToken), new FaultPlan { FirstTokenDelay = NotNegative(delay) });

    /// <summary>Every token after the first takes its time.</summary>
    /// <param name="delay">The delay before each, in whole milliseconds.</param>
    /// <returns>The fault.</returns>
    public static Fault SlowTokens(TimeSpan delay) => new(nameof(SlowTokens), new FaultPlan { TokenDelay = NotNegative(delay) });

    /// <summary>The connection closes in the middle of the body: the reader gets an <see cref="HttpIOException"/>.</summary>
    /// <param name="tokens">After how many tokens; an answer that is shorter ends before its finish reason.</param>
    /// <returns>The fault.</returns>
    public static Fault CutAfter(int tokens) => Ending(nameof(CutAfter), BodyEndKind.Cut, tokens);

    /// <summary>The connection is reset in the middle of the body: the reader gets an <see cref="IOException"/>.</summary>
    /// <param name="tokens">After how many tokens.</param>
    /// <returns>The fault.</returns>
    public static Fault ResetAfter(int tokens) => Ending(nameof(ResetAfter), BodyEndKind.Reset, tokens);

    /// <summary>Nothing more comes while the connection stays open; only cancellation ends the request.</summary>
    /// <param name="tokens">After how many tokens.</param>
    /// <returns>The fault.</returns>
    public static Fault StallAfter(int tokens) => Ending(nameof(StallAfter), BodyEndKind.Stall, tokens);

    /// <summary>The provider reports an error in the middle of a stream whose status was 200, and ends the stream.</summary>
    /// <param name="tokens">After how many tokens.</param>
    /// <returns>The fault.</returns>
    public static Fault ErrorEventAfter(int tokens) => Ending(nameof(ErrorEventAfter), BodyEndKind.ErrorEvent, tokens);

    /// <summary>One content event is not valid JSON; the stream goes on after it.</summary>
    /// <param name="token">Which, from 1.</param>
    /// <returns>The fault.</returns>
    public static Fault MalformedEventAt(int token)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(token, 1);
        return new($"{nameof(MalformedEventAt)} {token}", new FaultPlan { MalformedAt = token });
    }

    /// <summary>A stream ends without the event that ends its protocol: <c>[DONE]</c>, <c>message_stop</c> or <c>response.completed</c>. Gemini has none.</summary>
    /// <returns>The fault.</returns>
    public static Fault MissingDone() => new(nameof(MissingDone), new FaultPlan { OmitTerminator = true });

    /// <summary>An answer without a finish reason.</summary>
    /// <returns>The fault.</returns>
    public static Fault MissingFinishReason() => new(nameof(MissingFinishReason), new FaultPlan { OmitFinish = true });

    /// <summary>A stream begins with comment lines, as OpenRouter keeps connections alive. Harmless to a correct reader.</summary>
    /// <param name="count">How many.</param>
    /// <returns>The fault.</returns>
    public static Fault CommentLines(int count = 3)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(nameof(CommentLines), new FaultPlan { Comments = count });
    }

    /// <summary>The body arrives in small pieces that respect neither events nor characters. Harmless to a correct reader.</summary>
    /// <param name="bytes">The size of a piece.</param>
    /// <returns>The fault.</returns>
    public static Fault SmallPieces(int bytes = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1);
        return new(nameof(SmallPieces), new FaultPlan { PieceSize = bytes });
    }

    /// <summary>Combines two faults; where both say something, this one holds.</summary>
    /// <param name="other">The other fault.</param>
    /// <returns>A new fault.</returns>
    public Fault With(Fault other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new($"{name} + {other.name}", Plan.Merge(other.Plan));
    }

    /// <summary>Adds a response header.</summary>
    /// <param name="header">The header's name.</param>
    /// <param name="value">Its value, not validated.</param>
    /// <returns>A new fault.</returns>
    public Fault WithHeader(string header, string value) => new(name, Plan with { Headers = Plan.Headers.Add(new(header, value)) });

    /// <inheritdoc />
    public override string ToString() => name;

    private static Fault Error(string name, ProviderErrorKind kind, TimeSpan? retryAfter = null, RetryAfterStyle style = RetryAfterStyle.Native) =>
        new(name, new FaultPlan { Outcome = new FaultOutcome(FaultOutcomeKind.ProviderError) { Error = kind, RetryAfter = retryAfter, RetryAfterStyle = style } });

    private static Fault Instead(string name, FaultOutcomeKind kind) => new(name, new FaultPlan { Outcome = new FaultOutcome(kind) });

    private static Fault Ending(string name, BodyEndKind kind, int tokens)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return new($"{name} {tokens}", new FaultPlan { End = new BodyEnd(kind, tokens) });
    }

    private static TimeSpan NotNegative(TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return delay;
    }
}
