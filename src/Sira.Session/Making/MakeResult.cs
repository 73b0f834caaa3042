namespace Sira.Session.Making;

/// <summary>What came of beginning a log.</summary>
internal enum MakeResult
{
    /// <summary>It was begun.</summary>
    Made,

    /// <summary>There is a session of its id.</summary>
    Exists,

    /// <summary>The user or the session that is forked has changed meanwhile.</summary>
    Changed,
}
