namespace Sira.Session.Upkeep;

/// <summary>Keeps something that is made of sessions in step with them.</summary>
internal interface ISessionObserver
{
    /// <summary>A session is about to be deleted or erased, or has expired and is swept. It goes when this has ended, and stays when it fails.</summary>
    ValueTask RemovingAsync(SessionKey key, string? user, CancellationToken cancellationToken);

    /// <summary>A user is about to be erased, and again: has been.</summary>
    ValueTask ErasingAsync(UserKey user, CancellationToken cancellationToken);

    /// <summary>A session was forked or rewound: its history is another one. In the background.</summary>
    ValueTask ChangedAsync(ISession session, CancellationToken cancellationToken);
}
