using System.Collections.Immutable;

namespace Sira.Simulation.Faults;

/// <summary>Everything that can go wrong with one request, as data. What is absent goes well.</summary>
internal sealed record FaultPlan
{
    /// <summary>The plan in which nothing goes wrong.</summary>
    public static readonly FaultPlan Healthy = new();

    /// <summary>Gets what happens instead of an answer.</summary>
    public FaultOutcome? Outcome { get; init; }

    /// <summary>Gets how the body ends before its time.</summary>
    public BodyEnd? End { get; init; }

    /// <summary>Gets the number of the content event, from 1, whose JSON is broken.</summary>
    public int? MalformedAt { get; init; }

    /// <summary>Gets whether the finish reason is left out.</summary>
    public bool OmitFinish { get; init; }

    /// <summary>Gets whether the end of the protocol is left out.</summary>
    public bool OmitTerminator { get; init; }

    /// <summary>Gets the comment lines that a stream begins with.</summary>
    public int Comments { get; init; }

    /// <summary>Gets the most bytes that arrive at once.</summary>
    public int? PieceSize { get; init; }

    /// <summary>Gets the delay before headers.</summary>
    public TimeSpan? HeadersDelay { get; init; }

    /// <summary>Gets the delay between headers and the first token.</summary>
    public TimeSpan? FirstTokenDelay { get; init; }

    /// <summary>Gets the delay before each further token.</summary>
    public TimeSpan? TokenDelay { get; init; }

    /// <summary>Gets headers to add.</summary>
    public ImmutableList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Adds what another plan says; where both say something, this one holds.</summary>
    /// <param name="other">The other plan.</param>
    /// <returns>The sum.</returns>
    public FaultPlan Merge(FaultPlan other) => new()
    {
        Outcome = Outcome ?? other.Outcome,
        End = End ?? other.End,
        MalformedAt = MalformedAt ?? other.MalformedAt,
        OmitFinish = OmitFinish || other.OmitFinish,
        OmitTerminator = OmitTerminator || other.OmitTerminator,
        Comments = Comments > 0 ? Comments : other.Comments,
        PieceSize = PieceSize ?? other.PieceSize,
        HeadersDelay = HeadersDelay ?? other.HeadersDelay,
        FirstTokenDelay = FirstTokenDelay ?? other.FirstTokenDelay,
        TokenDelay = TokenDelay ?? other.TokenDelay,
        Headers = Headers.AddRange(other.Headers),
    };
}
