using Sira.Storage.Errors;
using Sira.Storage.Redis.Client;

namespace Sira.Storage.Redis.Engine;

/// <summary>Says in the words of storage what went wrong with a server.</summary>
internal static class RedisErrors
{
    public static StorageException Explain(string engine, RedisException exception, bool isWrite)
    {
        var kind = KindOf(exception);
        var fix = kind switch
        {
            StorageErrorKind.Full when exception.Code == "OOM" => " Delete something, or raise the server's maxmemory.",
            StorageErrorKind.ReadOnly when exception.Code == "READONLY" => " Name the primary instead of its replica.",
            StorageErrorKind.Busy when exception.Code == "LOADING" => " Try again when the server has read its data.",
            StorageErrorKind.Denied when exception.Code is not ("WRONGPASS" or "NOAUTH") => " Give the user the rights that the documentation of the engine lists.",
            _ => string.Empty,
        };
        return new StorageException(kind, engine, $"Engine '{engine}': {exception.Message}{fix}", exception) { IsUncertain = isWrite && exception.WasSent };
    }

    private static StorageErrorKind KindOf(RedisException exception) => exception.Kind switch
    {
        RedisErrorKind.Timeout => StorageErrorKind.Timeout,
        RedisErrorKind.Busy => StorageErrorKind.Busy,
        RedisErrorKind.Protocol or RedisErrorKind.Cluster => StorageErrorKind.Incompatible,
        RedisErrorKind.Closed => StorageErrorKind.Closed,
        RedisErrorKind.Server => KindOf(exception.Code, exception.Message),

        // What the server has refused while logging in is known again while there is no connection.
        _ => StorageErrorKind.Unavailable,
    };

    private static StorageErrorKind KindOf(string code, string message) => code switch
    {
        "WRONGPASS" or "NOAUTH" or "NOPERM" => StorageErrorKind.Denied,
        "OOM" => StorageErrorKind.Full,

        // MISCONF: the server could not save, and takes no writes until it can.
        "READONLY" or "MISCONF" => StorageErrorKind.ReadOnly,
        "LOADING" or "BUSY" or "TRYAGAIN" => StorageErrorKind.Busy,
        "MASTERDOWN" or "NOREPLICAS" => StorageErrorKind.Unavailable,
        "WRONGTYPE" or "SIRAFORMAT" or "NOPROTO" => StorageErrorKind.Incompatible,

        // So scripts are told of missing rights, before Redis 7.2 and since.
        "ERR" when message.Contains("user executing the script", StringComparison.Ordinal) || message.Contains("ACL failure", StringComparison.Ordinal) => StorageErrorKind.Denied,
        "ERR" when message.Contains("max number of clients", StringComparison.Ordinal) => StorageErrorKind.Busy,
        "ERR" when message.StartsWith("ERR unknown command", StringComparison.OrdinalIgnoreCase) => StorageErrorKind.Incompatible,
        _ => StorageErrorKind.Unknown,
    };
}
