namespace Sira.Session;

/// <summary>Where a session stands in its life.</summary>
public enum SessionLifecycle
{
    /// <summary>It is written to.</summary>
    Active,

    /// <summary>It could be written to, and was not for <see cref="SessionOptions.IdleAfter"/>. Follows from the time; the next append makes it active.</summary>
    Idle,

    /// <summary>It is put away: read only until it is resumed, and spared by the idle time to live.</summary>
    Archived,

    /// <summary>It has ended: read only for good. A fork of it can go on.</summary>
    Closed,

    /// <summary>It was deleted or erased.</summary>
    Erased,
}
