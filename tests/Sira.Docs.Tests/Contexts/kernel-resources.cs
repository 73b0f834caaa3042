global using static ResourcesContext;

internal static class ResourcesContext
{
    public static Task<(decimal Cost, long Used)> CallAsync() => Task.FromResult((0m, 0L));
}
