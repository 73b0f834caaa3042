namespace Sira.Storage.Redis.Client;

/// <summary>What went wrong.</summary>
public enum RedisErrorKind
{
    /// <summary>There is no connection, or it was lost.</summary>
    Connection,

    /// <summary>No answer came in time.</summary>
    Timeout,

    /// <summary>Too many commands wait for their answers.</summary>
    Busy,

    /// <summary>The server has refused; <see cref="RedisException.Code"/> says why.</summary>
    Server,

    /// <summary>What the server has sent is no Redis protocol.</summary>
    Protocol,

    /// <summary>The server is one of a cluster.</summary>
    Cluster,

    /// <summary>The client was disposed of.</summary>
    Closed,
}
