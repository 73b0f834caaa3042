namespace Sira.Session.Context;

/// <summary>What is sent.</summary>
public enum ContextBlockKind
{
    /// <summary>What is always sent first, and messages that a user pinned.</summary>
    Pinned,

    /// <summary>A summary, in place of messages.</summary>
    Summary,

    /// <summary>Messages of the history.</summary>
    Message,

    /// <summary>What was found in the memory.</summary>
    Memory,

    /// <summary>The messages of this turn.</summary>
    New,

    /// <summary>A short user message that stands before one which may not be the first.</summary>
    Opening,
}
