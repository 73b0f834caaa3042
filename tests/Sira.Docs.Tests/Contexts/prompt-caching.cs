global using static PromptCachingContext;

/// <summary>Whom a request is for, and an answer.</summary>
internal static class PromptCachingContext
{
    public static string tenant => null!;

    public static ChatResponse answer => null!;
}
