using Sira.Errors;

namespace Sira.Gateway.Tests.Support;

internal static class Scripted
{
    public static BackendException Error(BackendErrorKind kind, int? status = null, TimeSpan? retryAfter = null, bool canRotateKey = false) =>
        new(kind, $"scripted {kind}.") { StatusCode = status, RetryAfter = retryAfter, CanRotateKey = canRotateKey };
}
