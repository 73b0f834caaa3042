using Microsoft.Extensions.AI;

namespace Sira.Session.History;

/// <summary>What is known of a message of a session without reading it.</summary>
/// <param name="Version">The version of the session at which it was appended.</param>
/// <param name="Turn">The turn that it belongs to: the version of the turn's first message.</param>
/// <param name="Role">Whose message it is.</param>
/// <param name="Tokens">How many tokens it is estimated at.</param>
public sealed record MessageHeader(long Version, long Turn, ChatRole Role, int Tokens)
{
    /// <summary>Gets when it was appended.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Gets the ids of the tool calls that it makes.</summary>
    public IReadOnlyList<string> Calls { get; init; } = [];

    /// <summary>Gets the ids of the tool calls that it has results of.</summary>
    public IReadOnlyList<string> Results { get; init; } = [];

    /// <summary>Gets whether it is an answer that ended before it was whole.</summary>
    public bool IsPartial { get; init; }
}
