using System.Text.Json;

namespace Sira.Simulation.Tests;

/// <summary>Exchanges recorded with real providers, which a developer may have beside the repository; never a part of it.</summary>
internal static class Recordings
{
    public const string Missing = "no recorded provider traffic: set SIRA_RECORDINGS or put it at ../shared/recordings";

    public static IEnumerable<JsonElement> Read(string file)
    {
        Assert.SkipUnless(Find() is not null, Missing);
        foreach (var line in File.ReadLines(Path.Combine(Find()!, file)))
        {
            using var document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("SIRA_RECORDINGS") is { Length: > 0 } set)
        {
            return Directory.Exists(set) ? set : null;
        }

        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Sira.sln")))
            {
                // Worktrees may lie one level deeper than a plain clone.
                return new[] { "../shared/recordings", "../../shared/recordings" }.Select(path => Path.GetFullPath(Path.Combine(at.FullName, path))).FirstOrDefault(Directory.Exists);
            }
        }

        return null;
    }
}
