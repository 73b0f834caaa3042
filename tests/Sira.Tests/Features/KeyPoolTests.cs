using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sira.Decisions;
using Sira.Errors;
using Sira.Simulation.Time;
using Sira.Tests.Features.Support;

namespace Sira.Tests.Features;

/// <summary>Several keys of one backend, from end to end: which one is used when, how long is waited, and that none is ever shown.</summary>
public class KeyPoolTests
{
    private const string SecondKey = "sk-second-fedcba9876543210-zyxw";

    public static TheoryData<string> Backends => new(FeatureSira.Wires);

    public static TheoryData<string, string, string, double> Waits => new()
    {
        { "openai", "Retry-After", "7", 7 },
        { "openai", "Retry-After", "2.5", 2.5 },
        { "openai", "Retry-After", "date+6", 6 },
        { "openai", "retry-after-ms", "1750", 1.75 },
        { "openai", "x-ratelimit-reset-requests", "3.25s", 3.25 },
        { "openai", "x-ratelimit-reset-tokens", "0m4s", 4 },
        { "openai", "x-ratelimit-reset-tokens", "1500ms", 1.5 },
        { "openrouter", "x-ratelimit-reset", "unixms+5", 5 },
        { "compatible", "ratelimit-reset", "3", 3 },
        { "responses", "Retry-After", "7", 7 },
        { "responses", "body", """{"error":{"code":"rate_limit_exceeded","message":"Rate limit reached. Please try again in 1.5s."}}""", 1.5 },
        { "anthropic", "retry-after", "7", 7 },
        { "anthropic", "anthropic-ratelimit-requests-reset", "rfc+6", 6 },
        { "gemini", "body", """{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","message":"Slow down.","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"4.5s"}]}}""", 4.5 },
        { "gemini", "Retry-After", "7", 7 },
    };

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task RefusedKey_IsRested_AndTheOtherAnswers(string backend)
    {
        foreach (var streaming in (bool[])[false, true])
        {
            var log = new CapturedLog();
            await using var sira = Create(backend, log);
            sira.Provider.Reply(Echo(FeatureSira.Key), streaming: false, status: 401);

            var response = await sira.AskAsync(streaming);

            Assert.Equal("Hello.", response.Text);
            var attempts = response.GetRouteDecision()!.Attempts;
            Assert.Equal([BackendErrorKind.Authentication, null], attempts.Select(static attempt => attempt.Error));
            Assert.Equal([FeatureSira.Key, SecondKey], sira.Provider.Calls.Select(KeyOf));
            Assert.Equal(TimeSpan.Zero, attempts[1].StartedAfter);

            // The refused key rests: the next requests do not try it.
            await sira.AskAsync(streaming);
            await sira.AskAsync(streaming);
            Assert.Equal([SecondKey, SecondKey], sira.Provider.Calls.Skip(2).Select(KeyOf));
            AssertNoKey(log.Text + response.GetRouteDecision() + string.Join(' ', sira.Sira.Targets));
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task EveryKeyRefused_FailsWithoutShowingAny(string backend)
    {
        foreach (var streaming in (bool[])[false, true])
        {
            var log = new CapturedLog();
            await using var sira = Create(backend, log);
            sira.Provider.Reply(Echo(FeatureSira.Key), streaming: false, status: 401).Reply(Echo(SecondKey), streaming: false, status: 401);

            var exception = await Assert.ThrowsAsync<RequestFailedException>(() => sira.AskAsync(streaming));

            Assert.Equal(BackendErrorKind.Authentication, exception.BackendError);
            Assert.Equal(2, sira.Provider.Calls.Count);
            var inner = Assert.IsType<BackendException>(exception.InnerException);
            AssertNoKey(exception + inner.ResponseExcerpt + inner.ProviderCode + inner.RequestId + exception.Decision + log.Text);
        }
    }

    [Theory]
    [MemberData(nameof(Waits))]
    public async Task RateLimitOnTheOnlyKey_IsWaitedOut_AsTold(string backend, string header, string value, double seconds)
    {
        foreach (var streaming in (bool[])[false, true])
        {
            await using var sira = new FeatureSira(backend);
            var now = sira.Clock.GetUtcNow();
            var told = value switch
            {
                "date+6" => now.AddSeconds(6).ToString("R", CultureInfo.InvariantCulture),
                "rfc+6" => now.AddSeconds(6).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
                "unixms+5" => now.AddSeconds(5).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture),
                _ => value,
            };
            _ = header == "body"
                ? sira.Provider.Reply(value, streaming: false, status: 429)
                : sira.Provider.Reply("""{"error":{"message":"Slow down."}}""", streaming: false, status: 429, (header, told));

            var response = await sira.AskAsync(streaming);

            Assert.Equal("Hello.", response.Text);
            var attempts = response.GetRouteDecision()!.Attempts;
            Assert.Equal([BackendErrorKind.RateLimited, null], attempts.Select(static attempt => attempt.Error));
            // Dates count in whole seconds.
            Assert.InRange(attempts[1].StartedAfter.TotalSeconds, seconds - (value.Contains('+', StringComparison.Ordinal) ? 1 : 0), seconds + 0.001);
        }
    }

    [Theory]
    [MemberData(nameof(Backends))]
    public async Task RateLimitOnOneKey_GoesOnWithTheOther_AndComesBackWhenTold(string backend)
    {
        await using var sira = Create(backend, new CapturedLog());
        sira.Provider.Reply("""{"error":{"message":"Slow down."}}""", streaming: false, status: 429, ("Retry-After", "60"));

        var response = await sira.AskAsync(streaming: false);

        Assert.InRange(response.GetRouteDecision()!.Attempts[1].StartedAfter, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        await sira.AskAsync(streaming: false);
        await sira.AskAsync(streaming: false);
        Assert.Equal([FeatureSira.Key, SecondKey, SecondKey, SecondKey], sira.Provider.Calls.Select(KeyOf));
        await sira.Clock.RunAsync(() => Task.Delay(TimeSpan.FromSeconds(61), sira.Clock));
        await sira.AskAsync(streaming: false);
        await sira.AskAsync(streaming: false);
        Assert.Contains(FeatureSira.Key, sira.Provider.Calls.Skip(4).Select(KeyOf));
    }

    private static FeatureSira Create(string backend, CapturedLog log) => new(
        backend,
        configure: builder => builder.Services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(log)),
        options: options => options.ApiKeys.Add(SecondKey));

    // Providers quote the key that they refuse.
    private static string Echo(string key) => $$$"""{"type":"error","error":{"type":"authentication_error","code":"{{{key}}}","status":"UNAUTHENTICATED","message":"Incorrect API key provided: {{{key}}}. Bearer {{{key}}}"}}""";

    private static string KeyOf(ReceivedCall call) =>
        (call.Headers.GetValueOrDefault("Authorization") ?? call.Headers.GetValueOrDefault("x-api-key") ?? call.Headers["x-goog-api-key"]).Replace("Bearer ", string.Empty, StringComparison.Ordinal);

    private static void AssertNoKey(string text)
    {
        Assert.DoesNotContain(FeatureSira.Key, text, StringComparison.Ordinal);
        Assert.DoesNotContain(SecondKey, text, StringComparison.Ordinal);
    }
}
