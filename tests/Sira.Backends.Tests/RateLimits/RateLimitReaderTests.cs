using System.Text.Json;
using Sira.Backends.RateLimits;
using Sira.Backends.Tests.Support;
using Sira.Simulation.Time;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.RateLimits;

public sealed class RateLimitReaderTests
{
    private readonly VirtualTimeProvider time = new();

    /// <summary>Headers, then: requests allowed, left, seconds until full; tokens allowed, left, seconds until full.</summary>
    public static TheoryData<string, string> Spellings => new()
    {
        // OpenAI
        { "x-ratelimit-limit-requests: 10000|x-ratelimit-remaining-requests: 9999|x-ratelimit-reset-requests: 6m0s|x-ratelimit-limit-tokens: 200000|x-ratelimit-remaining-tokens: 199980|x-ratelimit-reset-tokens: 20ms", "10000 9999 360 / 200000 199980 0.02" },
        { "x-ratelimit-remaining-requests: 0|x-ratelimit-reset-requests: 1s", "- 0 1 / - - -" },
        { "X-RateLimit-Limit-Tokens: 10", "- - - / 10 - -" },
        // Groq
        { "x-ratelimit-limit-requests: 14400|x-ratelimit-remaining-requests: 14397|x-ratelimit-reset-requests: 17.399999s", "14400 14397 17.399999 / - - -" },
        // Azure counts seconds here and milliseconds there.
        { "x-ratelimit-limit-requests: 50|x-ratelimit-remaining-requests: 49|x-ratelimit-reset-requests: 1|x-ratelimit-renewalperiod-requests: 60|x-ratelimit-abusepenalty-active: False|x-ratelimit-key: gpt-5", "50 49 1 / - - -" },
        { "x-ratelimit-limit-requests: 120|x-ratelimit-remaining-requests: 119|x-ratelimit-reset-requests: 500|x-ratelimit-renewalperiod-requests: 60", "120 119 0.5 / - - -" },
        // Cerebras
        { "x-ratelimit-limit-requests-day: 14400|x-ratelimit-remaining-requests-day: 14399|x-ratelimit-reset-requests-day: 33011.5|x-ratelimit-limit-tokens-minute: 60000|x-ratelimit-remaining-tokens-minute: 59000|x-ratelimit-reset-tokens-minute: 11.5", "14400 14399 33011.5 / 60000 59000 11.5" },
        // Mistral: the tightest window counts.
        { "x-ratelimit-limit-req-minute: 360|x-ratelimit-remaining-req-minute: 300|x-ratelimit-limit-req-10-second: 60|x-ratelimit-remaining-req-10-second: 50|x-ratelimit-limit-tokens-month: 9000|x-ratelimit-remaining-tokens-month: 8000|x-ratelimit-limit-tokens-minute: 7000|x-ratelimit-remaining-tokens-minute: 6000|x-ratelimit-tokens-query-cost: 10", "60 50 - / 7000 6000 -" },
        // Anthropic
        { "anthropic-ratelimit-requests-limit: 50|anthropic-ratelimit-requests-remaining: 49|anthropic-ratelimit-requests-reset: 2026-01-01T00:00:30Z|anthropic-ratelimit-tokens-limit: 120|anthropic-ratelimit-tokens-remaining: 110|anthropic-ratelimit-tokens-reset: 2026-01-01T00:01:00Z|anthropic-ratelimit-input-tokens-limit: 100|anthropic-ratelimit-input-tokens-remaining: 95|anthropic-ratelimit-output-tokens-limit: 20|anthropic-ratelimit-output-tokens-remaining: 15", "50 49 30 / 120 110 60" },
        { "anthropic-ratelimit-tokens-limit: 120|anthropic-ratelimit-tokens-remaining: 100|anthropic-ratelimit-output-tokens-limit: 20|anthropic-ratelimit-output-tokens-remaining: 0|anthropic-ratelimit-output-tokens-reset: 2026-01-01T00:00:05Z", "- - - / 20 0 5" },
        { "anthropic-ratelimit-input-tokens-limit: 100|anthropic-ratelimit-input-tokens-remaining: 95|anthropic-ratelimit-output-tokens-limit: 20|anthropic-ratelimit-output-tokens-remaining: 15", "- - - / 20 15 -" },
        // OpenRouter and the drafts of the IETF name no resource.
        { "x-ratelimit-limit: 20|x-ratelimit-remaining: 19|x-ratelimit-reset: 1767225660000", "20 19 60 / - - -" },
        { "ratelimit-limit: 100, 100;w=60|ratelimit-remaining: 7|ratelimit-reset: 30", "100 7 30 / - - -" },
        { "x-ratelimit-reset: 1767225590|x-ratelimit-remaining: 1", "- 1 0 / - - -" },
        // What is no number says nothing, and -1 is how some say that they do not know.
        { "x-ratelimit-limit-requests: many|x-ratelimit-remaining-requests: -1|x-ratelimit-remaining-tokens: 5|x-ratelimit-reset-tokens: soon", "- - - / - 5 -" },
        { "x-ratelimit-remaining-requests: 1e9|x-ratelimit-remaining-tokens: 99999999999999999999999|x-ratelimit-limit-tokens: 1.5", "- - - / 1 - -" },
    };

    [Theory]
    [MemberData(nameof(Spellings))]
    public void Read_EachSpelling_GivesTheLimits(string headers, string expected)
    {
        var status = Read(headers.Split('|').Select(static line => line.Split(": ", 2)).Select(static pair => (pair[0], pair[1])));

        Assert.NotNull(status);
        Assert.Equal(time.GetTimestamp(), status.At);
        Assert.Equal(expected, Show(status));
    }

    [Theory]
    [InlineData("content-length: 5")]
    [InlineData("x-ratelimit-limit-images: 5")]
    [InlineData("x-ratelimit-reset-requests: 5s")]
    [InlineData("x-ratelimit-over-limit: no")]
    [InlineData("x-ratelimit-: 5")]
    [InlineData("anthropic-ratelimit-unified-status: allowed")]
    [InlineData("x-ratelimit-tokens-query-cost: 4")]
    [InlineData("x-ratelimit-remaining-requests: ")]
    public void Read_NothingOfUse_GivesNothing(string header)
    {
        var colon = header.IndexOf(':', StringComparison.Ordinal);

        Assert.Null(Read([(header[..colon], header[(colon + 1)..].Trim())]));
    }

    [Fact]
    public void Read_MoreLimitsThanAnyProviderStates_ReadsTheFirst()
    {
        var status = Read(Enumerable.Range(0, 5000).Select(static i => ($"x-ratelimit-remaining-requests-{i}", $"{10000 - i}")));

        Assert.Equal("- 9993 - / - - -", Show(status!));
    }

    [Fact]
    public void Read_Recordings_EveryStatedLimitIsFound()
    {
        if (RecordingLibrary.Folder is null)
        {
            Assert.Skip(RecordingLibrary.MissingReason);
        }

        var read = new Dictionary<string, int>();
        foreach (var recording in ((string[])["chat_completions", "responses", "messages", "embeddings"]).SelectMany(static api => RecordingLibrary.Load(api)))
        {
            if (recording.ResponseHeaders.ValueKind != JsonValueKind.Object)
            {
                continue;
            }

            var headers = recording.ResponseHeaders.EnumerateObject().Where(static header => header.Value.ValueKind == JsonValueKind.String).Select(static header => (header.Name, header.Value.GetString()!)).ToList();
            var status = Read(headers);
            var states = headers.Where(static header => header.Name.Contains("ratelimit", StringComparison.OrdinalIgnoreCase)).Select(static header => header.Name.ToLowerInvariant()).ToList();
            Assert.Equal(states.Exists(static name => name.Contains("remaining-req", StringComparison.Ordinal) || name.Contains("requests-remaining", StringComparison.Ordinal)), status?.RemainingRequests is not null);
            Assert.Equal(states.Exists(static name => name.Contains("remaining-tokens", StringComparison.Ordinal) || name.EndsWith("tokens-remaining", StringComparison.Ordinal)), status?.RemainingTokens is not null);
            if (status is null)
            {
                continue;
            }

            Assert.True(status.RemainingRequests is null || status.RequestLimit is null || status.RemainingRequests <= status.RequestLimit, recording.Id);
            Assert.True(status.RemainingTokens is null || status.TokenLimit is null || status.RemainingTokens <= status.TokenLimit, recording.Id);
            read[recording.Provider] = read.GetValueOrDefault(recording.Provider) + 1;
        }

        Assert.Superset(new HashSet<string> { "openai", "anthropic", "azure", "groq", "mistral", "xai" }, read.Keys.ToHashSet());
    }

    [Fact]
    public async Task GetRateLimits_AfterAnswersAndErrors_GivesTheLastOfEachModel()
    {
        using var harness = BackendHarness.OpenAI();
        const string Answer = """{"choices":[{"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}]}""";
        harness.Network
            .ThenJson(Answer, headers: [("x-ratelimit-remaining-requests", "9"), ("x-ratelimit-limit-requests", "10")])
            .ThenJson(Answer)
            .ThenJson("{}", System.Net.HttpStatusCode.TooManyRequests, ("x-ratelimit-remaining-requests", "0"));
        var backend = harness.LoadOne();
        Assert.Null(backend.GetRateLimits("gpt-5"));

        await backend.GetChatClient("gpt-5").GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")]);
        Assert.Equal(9, backend.GetRateLimits("gpt-5")!.RemainingRequests);
        Assert.Null(backend.GetRateLimits("gpt-5-mini"));

        // An answer that says nothing leaves what was said.
        harness.Time.Advance(TimeSpan.FromSeconds(1));
        await backend.GetChatClient("gpt-5").GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")]);
        Assert.Equal((9, 10), (backend.GetRateLimits("gpt-5")!.RemainingRequests, backend.GetRateLimits("gpt-5")!.RequestLimit));

        await Assert.ThrowsAsync<Sira.Errors.BackendException>(() => backend.GetChatClient("gpt-5").GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "Hi")]));
        Assert.Equal((0, harness.Time.GetTimestamp()), (backend.GetRateLimits("gpt-5")!.RemainingRequests, backend.GetRateLimits("gpt-5")!.At));
    }

    [Fact]
    public void Table_MoreModelsThanItKeeps_RemembersTheFirst()
    {
        var table = new RateLimitTable();
        using var answer = new HttpResponseMessage();
        answer.Headers.TryAddWithoutValidation("x-ratelimit-remaining", "1");
        for (var i = 0; i < 3000; i++)
        {
            table.GetSlot($"model-{i}").Note(answer, time);
        }

        Assert.NotNull(table.Find("model-0"));
        Assert.NotNull(table.Find("model-1023"));
        Assert.Null(table.Find("model-1024"));
        Assert.Same(table.GetSlot("model-0"), table.GetSlot("model-0"));
    }

    private RateLimitStatus? Read(IEnumerable<(string Name, string Value)> headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
        {
            response.Headers.TryAddWithoutValidation(name, value);
        }

        return RateLimitReader.Read(response.Headers, time);
    }

    private static string Show(RateLimitStatus status) =>
        FormattableString.Invariant($"{Show(status.RequestLimit)} {Show(status.RemainingRequests)} {Show(status.RequestReset?.TotalSeconds)} / {Show(status.TokenLimit)} {Show(status.RemainingTokens)} {Show(status.TokenReset?.TotalSeconds)}");

    private static string Show<T>(T? value)
        where T : struct, IFormattable => value?.ToString(null, System.Globalization.CultureInfo.InvariantCulture) ?? "-";
}
