namespace Sira.Session.Context;

/// <summary>What a user said of a message.</summary>
public enum MessageMark
{
    /// <summary>It must always be sent, by every builder.</summary>
    Pinned,

    /// <summary>It is to go later than others. For builders that weigh messages.</summary>
    Important,

    /// <summary>It may go before others. For builders that weigh messages.</summary>
    Unimportant,
}
