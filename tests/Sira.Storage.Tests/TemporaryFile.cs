namespace Sira.Storage.Tests;

/// <summary>A file in a folder of its own.</summary>
internal sealed class TemporaryFile : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sira-sqlite-").FullName;

    public string Path => System.IO.Path.Combine(folder, "sira.db");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
