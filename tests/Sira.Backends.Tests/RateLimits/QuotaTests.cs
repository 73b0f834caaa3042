using System.Net;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Backends.Tests.Support;
using Sira.Errors;
using Sira.Kernel.Builder;

namespace Sira.Backends.Tests.RateLimits;

/// <summary>What is a rate limit, a used-up quota and an empty account on each wire: only the first goes away by waiting a little.</summary>
public sealed class QuotaTests
{
    private const string Chat = "chat";
    private const string Responses = "responses";
    private const string Anthropic = "anthropic";
    private const string Gemini = "gemini";

    public static TheoryData<string, int, string, BackendErrorKind, double?> Errors => new()
    {
        { Chat, 429, """{"error":{"message":"Rate limit reached for gpt-5 on tokens per min (TPM). Please try again in 1m2.5s.","type":"tokens","code":"rate_limit_exceeded"}}""", BackendErrorKind.RateLimited, 62.5 },
        { Chat, 429, """{"error":{"message":"You exceeded your current quota, please check your plan and billing details.","type":"insufficient_quota","param":null,"code":"insufficient_quota"}}""", BackendErrorKind.QuotaExhausted, null },
        { Chat, 400, """{"error":{"message":"Billing hard limit has been reached","type":"invalid_request_error","code":"billing_hard_limit_reached"}}""", BackendErrorKind.QuotaExhausted, null },
        { Chat, 429, """{"error":{"message":"Your account is not active, please check your billing details.","type":"billing_not_active","code":"billing_not_active"}}""", BackendErrorKind.Billing, null },
        { Chat, 429, """{"error":{"code":"429","message":"Requests to the ChatCompletions operation have exceeded the token rate limit. Please retry after 20 seconds."}}""", BackendErrorKind.RateLimited, 20 },
        { Chat, 403, """{"error":{"code":"403","message":"Out of call volume quota for the F0 tier. Please retry after 3 days."}}""", BackendErrorKind.QuotaExhausted, null },
        { Chat, 402, """{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}""", BackendErrorKind.Billing, null },
        { Chat, 402, """{"error":{"code":402,"message":"This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 100."}}""", BackendErrorKind.Billing, null },
        { Chat, 200, """{"error":{"code":402,"message":"Insufficient credits. Add more using the address in the dashboard."}}""", BackendErrorKind.Billing, null },
        { Chat, 429, """{"code":"Some resource has been exhausted","error":"Your team 1 has either used all available credits or reached its monthly spending limit."}""", BackendErrorKind.QuotaExhausted, null },
        { Chat, 403, """{"code":"The caller does not have permission","error":"Your team 1 has either used all available credits or reached its monthly spending limit."}""", BackendErrorKind.QuotaExhausted, null },
        { Chat, 403, """{"code":"permission-denied","error":"You have run out of credits or need a subscription."}""", BackendErrorKind.Billing, null },
        { Chat, 429, """{"object":"error","message":"Requests rate limit exceeded","type":"rate_limited","code":"1300"}""", BackendErrorKind.RateLimited, null },
        { Chat, 429, """{"error":{"message":"Your account is suspended, please check your plan","type":"exceeded_current_quota_error"}}""", BackendErrorKind.QuotaExhausted, null },
        { Responses, 429, """{"error":{"message":"You exceeded your current quota.","type":"insufficient_quota","code":"insufficient_quota"}}""", BackendErrorKind.QuotaExhausted, null },
        { Responses, 429, """{"error":{"message":"You exceeded your current quota, please check your plan and billing details."}}""", BackendErrorKind.QuotaExhausted, null },
        { Responses, 429, """{"error":{"message":"Slow down. Please try again in 350ms.","type":"requests","code":"rate_limit_exceeded"}}""", BackendErrorKind.RateLimited, 0.35 },
        { Responses, 429, """{"error":{"code":"too_fast","message":"Please retry after 7 seconds."}}""", BackendErrorKind.RateLimited, 7 },
        { Responses, 429, """{"code":"Some resource has been exhausted","error":"Your team 1 has either used all available credits or reached its monthly spending limit."}""", BackendErrorKind.QuotaExhausted, null },
        { Responses, 402, """{"error":{"code":402,"message":"Insufficient credits"}}""", BackendErrorKind.Billing, null },
        { Anthropic, 429, """{"type":"error","error":{"type":"rate_limit_error","message":"This request would exceed your organization's rate limit of 50,000 input tokens per minute."}}""", BackendErrorKind.RateLimited, null },
        { Anthropic, 400, """{"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."}}""", BackendErrorKind.Billing, null },
        { Anthropic, 400, """{"type":"error","error":{"type":"invalid_request_error","message":"You have reached your specified API usage limits. You will regain access on 2026-02-01 at 00:00 UTC."}}""", BackendErrorKind.QuotaExhausted, null },
        { Anthropic, 402, """{"type":"error","error":{"type":"billing_error","message":"There is an issue with your billing or payment information."}}""", BackendErrorKind.Billing, null },
        { Gemini, 429, """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded.","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier","quotaValue":"10"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.07s"}]}}""", BackendErrorKind.RateLimited, 34.07 },
        { Gemini, 429, """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded. Please retry in 12.5s."}}""", BackendErrorKind.RateLimited, 12.5 },
        { Gemini, 429, """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Quota exceeded.","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier","quotaValue":"250"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"20s"}]}}""", BackendErrorKind.QuotaExhausted, 20 },
        { Gemini, 429, """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Your prepayment credits are depleted."}}""", BackendErrorKind.QuotaExhausted, null },
        { Gemini, 400, """{"error":{"code":400,"status":"FAILED_PRECONDITION","message":"Please enable billing on the project."}}""", BackendErrorKind.Billing, null },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    public async Task GetResponseAsync_EachWire_TellsLimitsFromQuotas(string wire, int status, string body, BackendErrorKind kind, double? retryAfter)
    {
        using var harness = new BackendHarness(sira => Add(sira, wire));
        harness.Network.ThenJson(body, (HttpStatusCode)status);

        var exception = await Assert.ThrowsAsync<BackendException>(() => harness.LoadOne().GetChatClient("model").GetResponseAsync("Hi"));

        Assert.Equal(kind, exception.Kind);
        Assert.Equal(HealthScope.Key, exception.Kind.Scope());
        Assert.Equal(retryAfter, exception.RetryAfter?.TotalSeconds);
    }

    private static ISiraBuilder Add(ISiraBuilder sira, string wire) => wire switch
    {
        Anthropic => sira.AddAnthropic(static options => options.ApiKeys.Add("key")),
        Gemini => sira.AddGemini(static options => options.ApiKeys.Add("key")),
        _ => sira.AddOpenAI(options =>
        {
            options.Api = wire;
            options.ApiKeys.Add("key");
        }),
    };
}
