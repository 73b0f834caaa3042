namespace Sira.Session.Context;

/// <summary>What becomes of answers that ended before they were whole.</summary>
public enum PartialAnswers
{
    /// <summary>They are sent with a mark that they were cut off.</summary>
    Mark,

    /// <summary>They are sent as they are.</summary>
    Keep,

    /// <summary>They are left out.</summary>
    LeaveOut,
}
