global using static MessagesContext;

internal static class MessagesContext
{
    public static System.Diagnostics.Metrics.Counter<int> exhausted => null!;

    public static Pager pager => null!;

    public static object decision => null!;

    public static string Describe(object decision) => $"{decision}";
}

internal sealed class Pager
{
    public Task SendAsync(string text, CancellationToken cancellationToken) => Task.FromResult((text, cancellationToken));
}

internal sealed record DecisionMade(string Description);
