global using static PluginResolutionContext;

internal static class PluginResolutionContext
{
    public static string[] files => null!;
}
