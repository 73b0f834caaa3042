using System.Text.Json;

namespace Sira.Simulation.Tests;

/// <summary>Reads a stream's events with a parser of its own, so that tests do not trust the writer.</summary>
internal static class ServerSentEvents
{
    public static List<(string? Name, string Data)> Parse(string text)
    {
        var events = new List<(string?, string)>();
        foreach (var block in text.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries))
        {
            string? name = null;
            var data = new List<string>();
            foreach (var line in block.Split('\n'))
            {
                if (line.StartsWith("event: ", StringComparison.Ordinal))
                {
                    name = line[7..];
                }
                else if (line.StartsWith("data: ", StringComparison.Ordinal))
                {
                    data.Add(line[6..]);
                }
            }

            if (data.Count > 0)
            {
                events.Add((name, string.Join('\n', data)));
            }
        }

        return events;
    }

    public static List<JsonElement> Json(string text) =>
        [.. Parse(text).Where(static item => item.Data.StartsWith('{')).Select(static item => JsonDocument.Parse(item.Data).RootElement)];
}
