global using static DurableContext;

internal static class DurableContext
{
    public static OrderPager pager => null!;
}

internal sealed class OrderPager
{
    public Task SendAsync(string text, CancellationToken cancellationToken) => Task.FromResult((text, cancellationToken));
}

internal sealed record OrderPlaced(string Id, decimal Total);

internal static class OrderContext
{
    public static class Default
    {
        public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<OrderPlaced> OrderPlaced => null!;
    }
}
