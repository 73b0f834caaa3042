using System.Text.Json;

namespace Sira.Testing.Recordings;

/// <summary>The recorded traffic, which stands outside the repository: at <c>SIRA_RECORDINGS</c> or in <c>../shared/recordings</c>.</summary>
public static class RecordingLibrary
{
    private static readonly Lazy<Dictionary<string, JsonElement>> Expected = new(() =>
        ReadLines("expected.jsonl").ToDictionary(element => element.GetProperty("id").GetString()!));

    /// <summary>The folder, or <see langword="null"/> on a machine that does not have it.</summary>
    public static string? Folder { get; } = FindFolder();

    public static string MissingReason => "The recordings are not on this machine (set SIRA_RECORDINGS or put them in ../shared/recordings).";

    /// <summary>Loads the recordings of a wire; empty where the folder is missing.</summary>
    /// <param name="api">The wire, such as <c>chat_completions</c>, <c>responses</c>, <c>messages</c>, <c>generate_content</c>, <c>embeddings</c>.</param>
    /// <param name="providers">The providers, which are the names of the files; none means all.</param>
    public static IReadOnlyList<Recording> Load(string api, params string[] providers)
    {
        if (Folder is null)
        {
            return [];
        }

        var files = providers.Length > 0
            ? providers.Select(provider => provider + ".jsonl")
            : Directory.GetFiles(Folder, "*.jsonl").Select(Path.GetFileName).Where(name => name is not ("expected.jsonl" or "realtime-ws.jsonl")).Order(StringComparer.Ordinal)!;
        return [.. files.SelectMany(file => ReadLines(file!))
            .Where(element => element.GetProperty("api").GetString() == api)
            .Select(element => new Recording(element, Expected.Value.TryGetValue(element.GetProperty("id").GetString()!, out var expected) ? expected : null))];
    }

    private static IEnumerable<JsonElement> ReadLines(string file)
    {
        foreach (var line in File.ReadLines(Path.Combine(Folder!, file)))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? FindFolder()
    {
        string?[] places = [Environment.GetEnvironmentVariable("SIRA_RECORDINGS"), Path.Combine(RepositoryRoot.Path, "..", "shared", "recordings")];
        return places.FirstOrDefault(place => !string.IsNullOrWhiteSpace(place) && Directory.Exists(place));
    }
}
