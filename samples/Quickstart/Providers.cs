using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Sira.Kernel.Builder;

namespace Quickstart;

/// <summary>Which providers the tour uses: those whose key is set, a local Ollama, or simulated ones.</summary>
internal sealed class Providers
{
    private static readonly (string Variable, string Backend, string[] Models, Action<ISiraBuilder> Add)[] Known =
    [
        ("OPENAI_API_KEY", "openai", ["gpt-5-mini", "gpt-5-nano"], sira => sira.AddOpenAI()),
        ("ANTHROPIC_API_KEY", "anthropic", ["claude-haiku-4-5", "claude-sonnet-4-5"], sira => sira.AddAnthropic()),
        ("GEMINI_API_KEY", "gemini", ["gemini-2.5-flash", "gemini-2.5-flash-lite"], sira => sira.AddGemini()),
    ];

    private readonly List<Action<ISiraBuilder>> registrations = [];
    private readonly List<string> targets = [];

    public required string Description { get; init; }

    public List<string> Backends { get; } = [];

    public string Primary => targets[0];

    public IEnumerable<string> Others => targets.Skip(1);

    public static async Task<Providers> FindAsync()
    {
        var found = Known.Where(provider => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(provider.Variable))).ToArray();
        if (found.Length > 0)
        {
            var real = new Providers { Description = $"Real providers: {string.Join(", ", found.Select(provider => $"{provider.Backend} ({provider.Variable} is set)"))}." };
            foreach (var provider in found)
            {
                // A provider alone falls back to its second model; several fall back to each other.
                real.Add(provider.Backend, provider.Add, found.Length == 1 ? provider.Models : provider.Models[..1]);
            }

            return real;
        }

        if (await FindOllamaModelsAsync() is { Length: > 0 } models)
        {
            var local = new Providers { Description = $"A local Ollama with {string.Join(", ", models)}." };
            local.Add("ollama", sira => sira.AddOllama(), models);
            return local;
        }

        var simulated = new Providers { Description = "Simulated providers: no OPENAI_API_KEY, ANTHROPIC_API_KEY or GEMINI_API_KEY is set and no Ollama listens, so the answers below are made up. They travel over the real wire formats." };
        simulated.registrations.Add(sira => sira.AddSimulatedBackends());
        foreach (var provider in Known)
        {
            simulated.Backends.Add(provider.Backend);
            simulated.targets.Add($"{provider.Backend}/{provider.Models[0]}");
        }

        return simulated;
    }

    public ISiraBuilder Register(ISiraBuilder sira)
    {
        foreach (var register in registrations)
        {
            register(sira);
        }

        return sira;
    }

    private void Add(string backend, Action<ISiraBuilder> add, IEnumerable<string> models)
    {
        Backends.Add(backend);
        registrations.Add(add);
        targets.AddRange(models.Select(model => $"{backend}/{model}"));
    }

    private static async Task<string[]?> FindOllamaModelsAsync()
    {
        try
        {
            using var client = new HttpClient { Timeout = TimeSpan.FromMilliseconds(500) };
            using var tags = JsonDocument.Parse(await client.GetStringAsync("http://localhost:11434/api/tags"));
            return [.. tags.RootElement.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()!).Take(2)];
        }
        catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException or JsonException or KeyNotFoundException)
        {
            return null;
        }
    }
}
