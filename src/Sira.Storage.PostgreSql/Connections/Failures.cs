using System.Net.Sockets;
using Npgsql;
using Sira.Kernel.Errors;
using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Schema;

namespace Sira.Storage.PostgreSql.Connections;

/// <summary>Says in the terms of storage what went wrong with the server. Codes: PostgreSQL, appendix A.</summary>
internal sealed class Failures(string engine, string schema)
{
    /// <summary>Returns the error for what was thrown.</summary>
    /// <param name="exception">What was thrown.</param>
    /// <param name="wasSent">Whether a write may have reached the server.</param>
    public StorageException Of(Exception exception, bool wasSent)
    {
        var answer = exception as PostgresException;

        // With ERROR the server has rolled back; whatever ends the connection may have come after the commit.
        var isUncertain = wasSent && answer is not { Severity: "ERROR" };
        var (kind, message) = answer is null ? OfConnection(exception) : OfAnswer(answer);
        return new StorageException(kind, engine, $"PostgreSQL engine '{engine}': {message}{(isUncertain ? " Whether the write was made is not known: read before writing again." : string.Empty)}", exception) { IsUncertain = isUncertain };
    }

    /// <summary>Tells whether trying again can help at once and cannot make anything twice.</summary>
    public static bool CanRetry(Exception? exception) => exception is StorageException { IsUncertain: false } failure && failure.InnerException switch
    {
        PostgresException answer => answer.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.TooManyConnections or PostgresErrorCodes.InvalidSqlStatementName,
        _ => failure.Kind is StorageErrorKind.Unavailable,
    };

    /// <summary>Returns the error for an engine that was disposed of.</summary>
    public StorageException Closed(bool wasSent = false) => new(StorageErrorKind.Closed, engine, $"PostgreSQL engine '{engine}' was closed. Use it before it is disposed of.") { IsUncertain = wasSent };

    private static (StorageErrorKind Kind, string Message) OfConnection(Exception exception) => exception switch
    {
        // Npgsql has no other sign for it than these words.
        NpgsqlException { InnerException: TimeoutException } when exception.Message.Contains("pool has been exhausted", StringComparison.Ordinal) =>
            (StorageErrorKind.Busy, "all connections are in use. Raise Maximum Pool Size in the connection string, or do less at once."),
        TimeoutException or NpgsqlException { InnerException: TimeoutException } =>
            (StorageErrorKind.Timeout, "the server did not answer in time. Look at its load, or raise CommandTimeout, or Timeout in the connection string."),
        SocketException or IOException or NpgsqlException { InnerException: SocketException or IOException } =>
            (StorageErrorKind.Unavailable, $"the server cannot be reached, or went away: {Sentence.End((exception.InnerException ?? exception).Message)} Check host, port and that it runs."),
        NpgsqlException { IsTransient: true } => (StorageErrorKind.Unavailable, $"the connection failed: {exception.Message}"),
        System.Security.Authentication.AuthenticationException or NpgsqlException { InnerException: System.Security.Authentication.AuthenticationException } =>
            (StorageErrorKind.Denied, "the server's certificate is not trusted. Correct SSL Mode and Root Certificate in the connection string."),
        _ => (StorageErrorKind.Unknown, exception.Message),
    };

    private (StorageErrorKind Kind, string Message) OfAnswer(PostgresException answer)
    {
        var (kind, fix) = answer.SqlState switch
        {
            PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification => (StorageErrorKind.Denied, "Correct Username and Password, or pg_hba.conf."),
            PostgresErrorCodes.InsufficientPrivilege => (StorageErrorKind.Denied, $"Let an administrator run: {SchemaGrants.Use(schema)}"),
            PostgresErrorCodes.InvalidCatalogName => (StorageErrorKind.Unknown, "Create it, or correct Database in the connection string."),
            PostgresErrorCodes.TooManyConnections => (StorageErrorKind.Busy, "Raise max_connections of the server, or lower Maximum Pool Size in the connection string."),
            PostgresErrorCodes.DiskFull => (StorageErrorKind.Full, "Make room on the server's disk."),
            PostgresErrorCodes.ReadOnlySqlTransaction => (StorageErrorKind.ReadOnly, "Connect to the primary, such as with Target Session Attributes=primary, or lift default_transaction_read_only."),
            PostgresErrorCodes.QueryCanceled => (StorageErrorKind.Timeout, "Look at the server's load and locks, or raise CommandTimeout and the server's statement_timeout."),
            PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.OutOfMemory or PostgresErrorCodes.ConfigurationLimitExceeded => (StorageErrorKind.Busy, "Try again."),
            PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => (StorageErrorKind.Unavailable, "Try again when the server runs."),
            PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted or PostgresErrorCodes.IoError => (StorageErrorKind.Corrupt, "Look into the server's log; restore a backup if need be."),
            PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn or PostgresErrorCodes.InvalidSchemaName => (StorageErrorKind.Incompatible, $"The schema \"{schema}\" is not what this version made. Restore it."),
            PostgresErrorCodes.InvalidSqlStatementName => (StorageErrorKind.Unavailable, "Something between here and the server mixes connections; with a pooler set Max Auto Prepare=0, or let it know prepared statements."),
            _ => (StorageErrorKind.Unknown, string.Empty),
        };
        return (kind, $"{answer.MessageText} ({answer.SqlState}). {fix}".TrimEnd());
    }
}
