using System.Text;
using Microsoft.Extensions.AI;
using Sira.Backends.OpenAIResponses;
using Sira.Errors;
using static Sira.Backends.Tests.OpenAIResponses.ResponsesWire;

namespace Sira.Backends.Tests.OpenAIResponses;

public sealed class ErrorReaderTests
{
    [Theory]
    [InlineData(400, """{"error":{"code":"context_length_exceeded","type":"invalid_request_error","message":"m"}}""", BackendErrorKind.ContextLength, "context_length_exceeded")]
    [InlineData(429, """{"error":{"code":"insufficient_quota","type":"insufficient_quota","message":"m"}}""", BackendErrorKind.QuotaExhausted, "insufficient_quota")]
    [InlineData(429, """{"error":{"code":"rate_limit_exceeded","type":"tokens","message":"m"}}""", BackendErrorKind.RateLimited, "rate_limit_exceeded")]
    [InlineData(400, """{"error":{"code":"content_filter","message":"m"}}""", BackendErrorKind.ContentPolicy, "content_filter")]
    [InlineData(404, """{"error":{"code":"DeploymentNotFound","message":"m"}}""", BackendErrorKind.ModelNotFound, "DeploymentNotFound")]
    [InlineData(503, """{"error":{"code":null,"type":"server_is_overloaded","message":"m"}}""", BackendErrorKind.Overloaded, "server_is_overloaded")]
    [InlineData(402, """{"error":{"code":402,"message":"m"}}""", BackendErrorKind.Billing, "402")]
    [InlineData(400, """{"error":{"code":null,"type":"invalid_request_error","message":"m"}}""", null, "invalid_request_error")]
    [InlineData(500, """{"detail":"m"}""", null, null)]
    [InlineData(500, "\"m\"", null, null)]
    public void ReadError_WithBody_IsAsPreciseAsTheBody(int status, string body, BackendErrorKind? kind, string? code)
    {
        var error = new OpenAIResponsesWireFormat().ReadError(status, Json(body));

        Assert.Equal((kind, code, "m"), (error.Kind, error.Code, error.Message));
    }

    [Theory]
    [InlineData("""{"code":"invalid-argument","error":"Incorrect API key provided."}""", BackendErrorKind.Authentication)]
    [InlineData("""{"code":"invalid-argument","error":"This model's maximum prompt length is 10."}""", BackendErrorKind.ContextLength)]
    [InlineData("""{"code":"invalid-argument","error":"Something."}""", null)]
    public void ReadError_WithVagueCode_ReadsTheMessage(string body, BackendErrorKind? expected) =>
        Assert.Equal(expected, new OpenAIResponsesWireFormat().ReadError(400, Json(body)).Kind);

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":{"message":7,"code":{}}}""")]
    public void ReadError_WithNothingToRead_SaysNothing(string body)
    {
        var error = new OpenAIResponsesWireFormat().ReadError(500, Json(body));

        Assert.Null(error.Kind);
        Assert.Null(error.Message);
    }

    [Theory]
    [InlineData("Please try again in 20ms.", 0.02)]
    [InlineData("Please try again in 1.5s.", 1.5)]
    [InlineData("Rate limit reached. Please try again in 6m0s. Visit x.", 360)]
    [InlineData("Try again in 1h2m3s", 3723)]
    [InlineData("try again in 12 seconds", 12)]
    public void ReadError_WithDelayInTheMessage_ReadsIt(string message, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), new OpenAIResponsesWireFormat().ReadError(429, Json($$$"""{"error":{"code":"rate_limit_exceeded","message":"{{{message}}}"}}""")).RetryAfter);

    [Theory]
    [InlineData("Please wait.")]
    [InlineData("try again in a while")]
    [InlineData("try again in 5")]
    [InlineData("try again in 1.2.3s")]
    [InlineData("try again in 999999999999h")]
    public void ReadError_WithoutReadableDelay_HasNone(string message) =>
        Assert.Null(new OpenAIResponsesWireFormat().ReadError(429, Json($$$"""{"error":{"code":"rate_limit_exceeded","message":"{{{message}}}"}}""")).RetryAfter);

    [Fact]
    public void Continuation_RoundTrips_AndKnowsItsPath()
    {
        Assert.True(ResponsesContinuation.TryRead(new ResponsesContinuation("resp_1", 7).ToToken(), out var read));

        Assert.Equal(new ResponsesContinuation("resp_1", 7), read);
        Assert.Equal("responses/resp_1?stream=true&starting_after=7", read.GetPath(streaming: true));
        Assert.Equal("responses/resp_1", read.GetPath(streaming: false));
        Assert.Equal("responses/a%2F..%3F?stream=true", new ResponsesContinuation("a/..?").GetPath(streaming: true));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"response_id":7}""")]
    public void Continuation_OfAnotherClient_IsNotRead(string bytes) =>
        Assert.False(ResponsesContinuation.TryRead(ResponseContinuationToken.FromBytes(Encoding.UTF8.GetBytes(bytes)), out _));
}
