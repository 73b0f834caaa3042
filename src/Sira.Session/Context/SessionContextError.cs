namespace Sira.Session.Context;

/// <summary>What keeps a context from being built.</summary>
public enum SessionContextError
{
    /// <summary>What must be sent has more tokens than the budget.</summary>
    OverBudget,

    /// <summary>What must be sent is more messages than the target takes.</summary>
    TooManyMessages,

    /// <summary>A new message has the result of a tool call that is neither in the new messages nor at the end of the history.</summary>
    OrphanedResult,

    /// <summary>A new message makes a tool call whose result is not in the new messages.</summary>
    UnansweredCall,
}
