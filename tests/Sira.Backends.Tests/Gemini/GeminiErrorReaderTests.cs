using System.Text.Json;
using Sira.Errors;

namespace Sira.Backends.Tests.Gemini;

public class GeminiErrorReaderTests
{
    private static Sira.Backends.Wire.WireError Read(string json) => GeminiTestFormat.Format.ReadError(400, GeminiTestFormat.Json(json));

    [Theory]
    [InlineData("INVALID_ARGUMENT", "Request contains an invalid argument.", BackendErrorKind.BadRequest)]
    [InlineData("INVALID_ARGUMENT", "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).", BackendErrorKind.ContextLength)]
    [InlineData("INVALID_ARGUMENT", "API key expired. Please renew the API key.", BackendErrorKind.Authentication)]
    [InlineData("FAILED_PRECONDITION", "User location is not supported for the API use.", BackendErrorKind.Authentication)]
    [InlineData("FAILED_PRECONDITION", "Free tier is not available in your country. Please enable billing.", BackendErrorKind.Billing)]
    [InlineData("UNAUTHENTICATED", "Request had invalid authentication credentials.", BackendErrorKind.Authentication)]
    [InlineData("PERMISSION_DENIED", "Your API key was reported as leaked.", BackendErrorKind.Authentication)]
    [InlineData("PERMISSION_DENIED", "You do not have permission to access the File abc or it may not exist.", BackendErrorKind.BadRequest)]
    [InlineData("NOT_FOUND", "models/x is not found for API version v1beta", BackendErrorKind.ModelNotFound)]
    [InlineData("RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota).", BackendErrorKind.RateLimited)]
    [InlineData("RESOURCE_EXHAUSTED", "Your prepayment credits are depleted.", BackendErrorKind.QuotaExhausted)]
    [InlineData("UNAVAILABLE", "The model is overloaded.", BackendErrorKind.Overloaded)]
    [InlineData("INTERNAL", "An internal error has occurred.", BackendErrorKind.ServerError)]
    [InlineData("DEADLINE_EXCEEDED", "Deadline expired.", BackendErrorKind.ServerError)]
    public void ReadError_Status_IsMapped(string status, string message, BackendErrorKind expected)
    {
        var error = Read(JsonSerializer.Serialize(new Dictionary<string, object> { ["error"] = new Dictionary<string, object> { ["code"] = 1, ["message"] = message, ["status"] = status } }));
        Assert.Equal((expected, status, message), (error.Kind, error.Code, error.Message));
    }

    [Theory]
    [InlineData("GenerateRequestsPerDayPerProjectPerModel-FreeTier", BackendErrorKind.QuotaExhausted)]
    [InlineData("GenerateContentInputTokensPerModelPerMinute-FreeTier", BackendErrorKind.RateLimited)]
    public void ReadError_Quota_IsTheDaysOrTheMinutes(string quota, BackendErrorKind expected)
    {
        var error = Read($$$"""
            {"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[
              {"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaMetric":"m","quotaId":"{{{quota}}}","quotaValue":"15"}]},
              {"@type":"type.googleapis.com/google.rpc.Help","links":[]},
              {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.074824224s"}]}}
            """);
        Assert.Equal(expected, error.Kind);
        Assert.Equal(34.0748, error.RetryAfter!.Value.TotalSeconds, 3);
    }

    [Fact]
    public void ReadError_InvalidKey_IsAuthentication()
    {
        var error = Read("""{"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID","domain":"googleapis.com"}]}}""");
        Assert.Equal((BackendErrorKind.Authentication, "API_KEY_INVALID"), (error.Kind, error.Code));
    }

    [Theory]
    [InlineData("\"0s\"", 0.0)]
    [InlineData("\"5s\"", 5.0)]
    [InlineData("""{"seconds":3,"nanos":500000000}""", 3.5)]
    [InlineData("\"-5s\"", null)]
    [InlineData("\"1e400s\"", null)]
    [InlineData("\"99999999999999999999s\"", null)]
    [InlineData("\"NaNs\"", null)]
    [InlineData("\"s\"", null)]
    [InlineData("\"\"", null)]
    [InlineData("7", null)]
    public void ReadError_RetryDelay_IsReadOrIgnored(string delay, double? seconds) => Assert.Equal(
        seconds,
        Read($$$"""{"error":{"code":429,"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":{{{delay}}}}]}}""").RetryAfter?.TotalSeconds);

    [Fact]
    public void ReadError_InAnArrayOrWithoutStatus_IsRead()
    {
        Assert.Equal(BackendErrorKind.ServerError, Read("""[{"error":{"code":500,"message":"x"}}]""").Kind);
        Assert.Equal("x", Read("""{"error":"x"}""").Message);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"<html>\"")]
    [InlineData("""{"error":null}""")]
    [InlineData("""{"error":{"details":[1,null,{"@type":5}]}}""")]
    public void ReadError_OtherBodies_LeaveItToTheStatus(string body) => Assert.Null(Read(body).Kind);
}
