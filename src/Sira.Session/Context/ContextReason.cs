namespace Sira.Session.Context;

/// <summary>Why something is sent.</summary>
public enum ContextReason
{
    /// <summary>The caller asked for it always, or it is of this turn.</summary>
    Given,

    /// <summary>A user pinned it.</summary>
    Pinned,

    /// <summary>It is the last user message, without which there is nothing to answer.</summary>
    LastUserMessage,

    /// <summary>It makes the tool calls that the new messages have the results of.</summary>
    AnsweredNow,

    /// <summary>It is among the newest that fit.</summary>
    Recent,

    /// <summary>It weighs more than what was left out.</summary>
    Important,

    /// <summary>It stands for older messages that do not fit.</summary>
    Summarised,

    /// <summary>It was found by what this turn asks.</summary>
    Remembered,

    /// <summary>The target wants a user's message first.</summary>
    UserFirst,
}
