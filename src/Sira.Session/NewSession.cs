namespace Sira.Session;

/// <summary>How a session is made.</summary>
public sealed record NewSession
{
    /// <summary>Gets the user that it belongs to, so that it is exported and erased with the user.</summary>
    /// <value>Default <see langword="null"/>: nobody's; of a fork, that of the session that is forked.</value>
    public string? User { get; init; }

    /// <summary>Gets how long it is kept when nothing is appended, from a second on.</summary>
    /// <value>Default <see langword="null"/>: <see cref="SessionOptions.IdleTimeToLive"/>.</value>
    public TimeSpan? IdleTimeToLive { get; init; }

    /// <summary>Gets how long it is kept in all, from a second on.</summary>
    /// <value>Default <see langword="null"/>: <see cref="SessionOptions.TimeToLive"/>.</value>
    public TimeSpan? TimeToLive { get; init; }
}
