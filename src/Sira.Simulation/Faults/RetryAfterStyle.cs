namespace Sira.Simulation.Faults;

/// <summary>The ways in which providers say when to come back.</summary>
[Flags]
public enum RetryAfterStyle
{
    /// <summary>The ways of the provider whose wire is spoken.</summary>
    Native = 0,

    /// <summary><c>Retry-After: 20</c>, whole seconds, rounded up.</summary>
    Seconds = 1,

    /// <summary><c>Retry-After: Fri, 31 Dec 2027 23:59:59 GMT</c>.</summary>
    HttpDate = 2,

    /// <summary><c>retry-after-ms: 1500</c>, as OpenAI and Azure send it.</summary>
    Milliseconds = 4,

    /// <summary><c>x-ratelimit-reset-requests: 1m30s</c>, as OpenAI sends it.</summary>
    OpenAIResetHeader = 8,

    /// <summary><c>anthropic-ratelimit-requests-reset: 2026-01-01T00:00:20Z</c>.</summary>
    AnthropicResetHeader = 16,

    /// <summary>Google's <c>RetryInfo</c> with a <c>retryDelay</c> of <c>20s</c> in the body. Other wires have no place for it.</summary>
    GoogleRetryInfo = 32,
}
