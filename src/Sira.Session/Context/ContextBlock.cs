namespace Sira.Session.Context;

/// <summary>Something that is sent: messages that stand together for one reason, a summary, or what was remembered.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Reason">Why it is sent.</param>
/// <param name="FirstMessage">The index of its first message in <see cref="SessionContext.Messages"/>. Where neighbours were made one message, several blocks have the same.</param>
/// <param name="LastMessage">The index of its last one.</param>
/// <param name="From">The version of the first message that it stands for; 0 for what has none.</param>
/// <param name="To">The version of the last one. Nothing between the two was left out, other than of a summary.</param>
/// <param name="Tokens">How many tokens it is estimated at.</param>
/// <param name="SessionId">The session that it is of, where that is not this one.</param>
public readonly record struct ContextBlock(ContextBlockKind Kind, ContextReason Reason, int FirstMessage, int LastMessage, long From, long To, long Tokens, string? SessionId = null);
