using System.Text.Json;
using Sira.Backends.OpenAIChat.Responses;
using Sira.Errors;

namespace Sira.Backends.Tests.OpenAIChat;

public sealed class OpenAIErrorReaderTests
{
    [Theory]
    [InlineData(429, """{"error":{"message":"quota","type":"insufficient_quota","code":null}}""", BackendErrorKind.QuotaExhausted)]
    [InlineData(429, """{"error":{"message":"slow","code":"rate_limit_exceeded"}}""", BackendErrorKind.RateLimited)]
    [InlineData(413, """{"error":{"message":"Request too large on tokens per minute","code":"rate_limit_exceeded"}}""", BackendErrorKind.ContextLength)]
    [InlineData(400, """{"error":{"message":"long","code":"context_length_exceeded"}}""", BackendErrorKind.ContextLength)]
    [InlineData(400, """{"error":{"message":"This model's maximum context length is 10 tokens"}}""", BackendErrorKind.ContextLength)]
    [InlineData(400, """{"error":{"message":"bad","code":"content_policy_violation"}}""", BackendErrorKind.ContentPolicy)]
    [InlineData(400, """{"error":{"message":"bad","code":"BadRequest","innererror":{"code":"ResponsibleAIPolicyViolation"}}}""", BackendErrorKind.ContentPolicy)]
    [InlineData(403, """{"error":{"message":"flagged","code":403,"metadata":{"reasons":["violence"]}}}""", BackendErrorKind.ContentPolicy)]
    [InlineData(400, """{"error":{"message":"gone","code":"model_decommissioned"}}""", BackendErrorKind.ModelNotFound)]
    [InlineData(400, """{"code":"Client specified an invalid argument","error":"Incorrect API key provided"}""", BackendErrorKind.Authentication)]
    [InlineData(400, """{"error":{"message":"call","code":"tool_use_failed"}}""", BackendErrorKind.ServerError)]
    [InlineData(200, """{"error":{"message":"x","code":502}}""", BackendErrorKind.ServerError)]
    [InlineData(200, """{"error":{"message":"x"}}""", BackendErrorKind.ServerError)]
    [InlineData(200, """{"error":{"message":"x","status_code":400}}""", BackendErrorKind.BadRequest)]
    public void Read_KnownErrors_HaveTheirKind(int status, string body, BackendErrorKind kind)
    {
        Assert.Equal(kind, OpenAIErrorReader.Read(status, JsonElement.Parse(body)).Kind);
    }

    [Theory]
    [InlineData("""{"error":{"message":"m","type":"t","code":"c"}}""", "c", "m")]
    [InlineData("""{"error":{"message":"m","type":"t","code":null}}""", "t", "m")]
    [InlineData("""{"error":{"message":"m","code":401}}""", "401", "m")]
    [InlineData("""{"error":"m"}""", null, "m")]
    [InlineData("""{"code":"c","error":"m"}""", "c", "m")]
    [InlineData("""{"object":"error","message":"m","type":"t"}""", "t", "m")]
    [InlineData("""{"detail":"m"}""", null, "m")]
    [InlineData("""{"detail":[{"msg":"m","loc":["body"]}]}""", null, "m")]
    [InlineData("""[{"error":{"message":"m","code":"c"}}]""", "c", "m")]
    [InlineData("""{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"m"}}}""", "429", "Provider returned error: m")]
    [InlineData("""{}""", null, null)]
    [InlineData("""[]""", null, null)]
    [InlineData("""7""", null, null)]
    [InlineData("""{"error":[]}""", null, null)]
    public void Read_EachShape_GivesCodeAndMessage(string body, string? code, string? message)
    {
        var error = OpenAIErrorReader.Read(418, JsonElement.Parse(body));

        Assert.Equal(code, error.Code);
        Assert.Equal(message, error.Message);
        Assert.Null(error.Kind);
    }
}
