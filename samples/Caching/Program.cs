using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using Sira.Gateway.Caching;
using Sira.Hosting;
using Sira.Requests;
using Sira.Simulation;
using Sira.Simulation.Faults;

// dotnet run --project samples/Caching
// What the response cache does, over simulated providers: no key, no network, made-up answers that take as long as real ones.
var provider = new SimulatedProvider();
provider.Faults.Always(Fault.SlowHeaders(TimeSpan.FromMilliseconds(400)));

await using var sira = SiraInstance.Create(builder => builder
    .AddSimulatedBackends(provider)
    .AddRoute("default", route => route.To("openai/gpt-5-mini").Retry(retry => retry.MaxRetriesPerTarget = 0))
    .UseCache(cache =>
    {
        cache.TimeToLive = TimeSpan.FromSeconds(2);
        cache.StaleFor = TimeSpan.FromHours(1);
        cache.Semantic.Enabled = true;
    }));
var chat = sira.GetChatClient();
const string Question = "What is the tallest bridge in Portugal?";

Console.WriteLine("Simulated providers: the answers are made up, the times are real.");
await AskAsync("asked for the first time", Question);
await AskAsync("asked again", Question);
await AskAsync("in other clothes", "Hi! What's the tallest bridge in portugal");
await AskAsync("another number is another question", Question + " In 2024?");
await AskAsync("another tenant shares nothing", Question, new SiraChatOptions { Request = new RequestContext(TimeProvider.System.GetTimestamp()) { Tenant = "other" } });
await AskAsync("as a stream", Question, streaming: true);
await AskAsync("past the cache", Question, new SiraChatOptions { Cache = CacheControl.Bypass });

var before = provider.RequestCount;
await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => chat.GetResponseAsync("Ten callers ask this at the same time.")));
Console.WriteLine($"{"ten callers at the same time",-36} {provider.RequestCount - before} call of the provider");

await Task.Delay(TimeSpan.FromSeconds(2.1));
provider.Faults.Clear().Always(Fault.Unavailable());
await AskAsync("expired, and the provider is down", Question);

async Task AskAsync(string title, string question, ChatOptions? options = null, bool streaming = false)
{
    var watch = Stopwatch.StartNew();
    var response = streaming
        ? await chat.GetStreamingResponseAsync(question, options).ToChatResponseAsync()
        : await chat.GetResponseAsync(question, options);
    watch.Stop();
    var status = response.GetCacheStatus();
    var similarity = status?.Similarity is { } cosine ? string.Create(CultureInfo.InvariantCulture, $", similarity {cosine:0.000}") : string.Empty;
    var outcome = status is null ? "not cached" : status.Match is { } match ? $"{status.Outcome} ({match}{similarity}, {status.Age!.Value.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s old)" : status.Outcome.ToString();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title,-36} {watch.Elapsed.TotalMilliseconds,7:0.0} ms  {outcome}"));
}
