namespace Sira.Session.History;

/// <summary>The history of a session as it stands at one version: what was rewound is not in it. Immutable.</summary>
/// <param name="SessionId">The session.</param>
/// <param name="Version">The version of the session.</param>
/// <param name="Messages">The messages, by ascending version.</param>
/// <param name="Summaries">The summaries, by ascending version of their own.</param>
public sealed record SessionHistory(string SessionId, long Version, IReadOnlyList<SessionMessage> Messages, IReadOnlyList<SessionSummary> Summaries);
