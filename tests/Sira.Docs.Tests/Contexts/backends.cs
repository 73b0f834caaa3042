global using Sira.Backends.OpenAIChat.Dialects;
global using static BackendsContext;

/// <summary>Keys, services and a handler that an application has.</summary>
internal static class BackendsContext
{
    public static string firstKey => null!;

    public static string secondKey => null!;

    public static IServiceRegistry registry => null!;

    public static IBackend backend => null!;
}


internal sealed class MyHandler : DelegatingHandler;
