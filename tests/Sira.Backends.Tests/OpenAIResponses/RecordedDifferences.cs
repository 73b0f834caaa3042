using Sira.Testing;
using Sira.Testing.Recordings;

namespace Sira.Backends.Tests.OpenAIResponses;

/// <summary>Compares what is recorded with what we make of it. Differences with a good reason are listed in <c>differences.txt</c>, by id and subject; one that is listed and no longer there fails too.</summary>
internal static class RecordedDifferences
{
    private static readonly string File = Path.Combine(RepositoryRoot.Path, "tests", "Sira.Backends.Tests", "OpenAIResponses", "differences.txt");

    public static void Check(string subject, IEnumerable<Recording> recordings, Func<Recording, string?> compare)
    {
        var allowed = System.IO.File.ReadLines(File)
            .Where(line => line.Length > 0 && !line.StartsWith("# ", StringComparison.Ordinal))
            .Select(line => line.Split('\t'))
            .Where(fields => fields[1].StartsWith(subject + ":", StringComparison.Ordinal))
            .Select(fields => fields[0])
            .ToHashSet();
        List<string> failures = [];
        var count = 0;
        foreach (var recording in recordings)
        {
            count++;
            string? difference;
            try
            {
                difference = compare(recording);
            }
            catch (Exception exception)
            {
                difference = exception.ToString();
            }

            if (difference is not null && !allowed.Remove(recording.Id))
            {
                failures.Add($"{recording.Id}: {(difference.Length > 4000 ? difference[..4000] : difference)}");
            }
        }

        failures.AddRange(allowed.Select(id => $"{id}: listed in differences.txt, but it does not differ (or is not there)"));
        Assert.True(count > 0);
        Assert.True(failures.Count == 0, $"{failures.Count} of {count} differ:\n" + string.Join("\n", failures.Take(8)));
    }
}
