namespace Sira.Testing;

/// <summary>Finds the root of the checkout that a test runs from.</summary>
public static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var directory = new DirectoryInfo(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "Sira.sln")))
            {
                return directory.FullName;
            }
        }

        throw new InvalidOperationException($"No Sira.sln above '{AppContext.BaseDirectory}'.");
    }
}
