namespace Sira.Session.Context;

/// <summary>Something that is not sent.</summary>
/// <param name="Reason">Why not.</param>
/// <param name="From">The version of the first message that it is about.</param>
/// <param name="To">The version of the last one.</param>
/// <param name="Messages">How many messages; 0 where only a part of one is left out, and for summaries.</param>
/// <param name="Tokens">How many tokens they are estimated at; 0 for a part of a message.</param>
/// <param name="SessionId">The session that it is of, where that is not this one.</param>
public readonly record struct ContextOmission(OmissionReason Reason, long From, long To, int Messages, long Tokens, string? SessionId = null);
