using Sira.Kernel.Errors;

namespace Sira.Storage.Redis.Client;

/// <summary>A command has failed.</summary>
public sealed class RedisException : SiraException
{
    /// <summary>Initializes a new instance.</summary>
    /// <param name="kind">What went wrong.</param>
    /// <param name="message">What happened, and what to do; never holds a value or a password.</param>
    /// <param name="innerException">The cause, if there is one.</param>
    public RedisException(RedisErrorKind kind, string message, Exception? innerException = null)
        : base(Sentence.End(message), innerException) => Kind = kind;

    /// <summary>Gets what went wrong.</summary>
    public RedisErrorKind Kind { get; }

    /// <summary>Gets the first word of the server's refusal, such as <c>WRONGPASS</c>; empty where the server has not refused.</summary>
    public string Code { get; init; } = string.Empty;

    /// <summary>Gets whether the command may have reached the server all the same, and have been done. Where it is not so, it has not.</summary>
    public bool WasSent { get; init; }

    /// <summary>Makes of a server's refusal what is thrown.</summary>
    /// <param name="message">What the server says, the code first.</param>
    /// <returns>The exception.</returns>
    public static RedisException Refusal(string message)
    {
        ArgumentNullException.ThrowIfNull(message);
        var end = message.IndexOf(' ', StringComparison.Ordinal);
        var code = end < 0 ? message : message[..end];
        return code is "MOVED" or "ASK" or "CROSSSLOT" or "CLUSTERDOWN"
            ? new RedisException(RedisErrorKind.Cluster, $"The server is one of a cluster, and clusters are not supported ({message}). Name a server that is none, or a proxy before the cluster.") { Code = code }
            : new RedisException(RedisErrorKind.Server, message) { Code = code };
    }
}
