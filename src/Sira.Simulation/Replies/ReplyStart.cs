namespace Sira.Simulation.Replies;

/// <summary>How a reply begins.</summary>
internal enum ReplyStart
{
    /// <summary>With headers.</summary>
    Headers,

    /// <summary>With a reset connection.</summary>
    Reset,

    /// <summary>With no connection at all.</summary>
    Refused,

    /// <summary>Never.</summary>
    Never,
}
