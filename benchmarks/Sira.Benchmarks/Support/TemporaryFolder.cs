namespace Sira.Benchmarks.Support;

/// <summary>A folder that is gone afterwards, with a place for a file of SQLite.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("sira-benchmark-").FullName;

    public string File => Path.Combine(path, "sira.db");

    public void Dispose() => Directory.Delete(path, recursive: true);
}
