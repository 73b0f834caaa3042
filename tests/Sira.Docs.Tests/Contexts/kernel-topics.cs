global using static TopicsContext;

internal static class TopicsContext
{
    public static System.Diagnostics.Metrics.Counter<int> exhausted => null!;

    public static OrderPager pager => null!;

    public static PriceList priceList => null!;
}

internal sealed class OrderPager
{
    public Task SendAsync(string text, CancellationToken cancellationToken) => Task.FromResult((text, cancellationToken));
}

internal sealed class PriceList
{
    public Task<decimal> FindAsync(string article, CancellationToken cancellationToken) => Task.FromResult(article.Length + (cancellationToken.CanBeCanceled ? 1m : 0m));
}

internal static class Mail
{
    public static Task SendAsync(string text, CancellationToken cancellationToken) => Task.FromResult((text, cancellationToken));
}

internal sealed record OrderPlaced(string Id, decimal Total);

internal static class OrderContext
{
    public static class Default
    {
        public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<OrderPlaced> OrderPlaced => null!;
    }
}
