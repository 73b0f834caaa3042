global using static EnvelopesContext;

internal static class EnvelopesContext
{
    public static byte[] secret => null!;

    public static byte[] nextSecret => null!;
}

internal sealed record OrderPlaced(string Id, decimal Total);

internal static class OrderContext
{
    public static class Default
    {
        public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<OrderPlaced> OrderPlaced => null!;
    }
}
