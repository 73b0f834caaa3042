namespace Sira.Simulation.Replies;

/// <summary>A reply, decided to the last byte and instant before the first of them is sent. A handler and a server only play it.</summary>
internal sealed record Reply
{
    /// <summary>Gets how it begins.</summary>
    public ReplyStart Start { get; init; }

    /// <summary>Gets the delay before it begins.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Gets the HTTP status.</summary>
    public int Status { get; init; } = 200;

    /// <summary>Gets the media type.</summary>
    public string MediaType { get; init; } = "application/json";

    /// <summary>Gets the further headers.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>Gets the body.</summary>
    public IReadOnlyList<ReplyStep> Body { get; init; } = [];
}
