using System.Net.Sockets;
using Npgsql;
using Sira.Storage.Errors;
using Sira.Storage.PostgreSql.Connections;

namespace Sira.Storage.PostgreSql.Tests.Connections;

public sealed class FailuresTests
{
    private readonly Failures failures = new("engine", "sira");

    [Theory]
    [InlineData("53100", StorageErrorKind.Full)]
    [InlineData("25006", StorageErrorKind.ReadOnly)]
    [InlineData("53300", StorageErrorKind.Busy)]
    [InlineData("40001", StorageErrorKind.Busy)]
    [InlineData("57014", StorageErrorKind.Timeout)]
    [InlineData("57P01", StorageErrorKind.Unavailable)]
    [InlineData("28P01", StorageErrorKind.Denied)]
    [InlineData("XX001", StorageErrorKind.Corrupt)]
    [InlineData("42P01", StorageErrorKind.Incompatible)]
    [InlineData("22000", StorageErrorKind.Unknown)]
    public void Of_AnswerOfTheServer_HasItsKind(string state, StorageErrorKind expected)
    {
        var failure = failures.Of(new PostgresException("text of the server", "ERROR", "ERROR", state), wasSent: true);

        Assert.Equal((expected, false), (failure.Kind, failure.IsUncertain));
        Assert.Contains(state, failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public void Of_ConnectionThatBroke_IsUncertainWhereSomethingWasSent(bool wasSent, bool isUncertain)
    {
        foreach (var exception in (Exception[])[new NpgsqlException("x", new IOException("y")), new SocketException(), new NpgsqlException("x", new TimeoutException()), new PostgresException("x", "FATAL", "FATAL", "57P01")])
        {
            Assert.Equal(isUncertain, failures.Of(exception, wasSent).IsUncertain);
        }
    }

    [Theory]
    [InlineData("40001", "ERROR", true, true)]
    [InlineData("40P01", "ERROR", true, true)]
    [InlineData("57P01", "FATAL", false, true)]
    [InlineData("57P01", "FATAL", true, false)]
    [InlineData("53100", "ERROR", true, false)]
    [InlineData("57014", "ERROR", false, false)]
    public void CanRetry_OnlyWhatWasCertainlyNotMade_AndMayGoWell(string state, string severity, bool wasSent, bool expected) =>
        Assert.Equal(expected, Failures.CanRetry(failures.Of(new PostgresException("x", severity, severity, state), wasSent)));
}
