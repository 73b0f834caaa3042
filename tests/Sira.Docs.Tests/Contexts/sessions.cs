global using static SessionsContext;

internal static class SessionsContext
{
    public static Sira.Session.ISessions sessions => null!;

    public static Sira.Session.ISession session => null!;

    public static Basket basket => null!;

    public static byte[] page => null!;

    public static long version => 1;

    public static long cursor { get; set; }
}

internal sealed record Basket(int Items);

internal static class ShopContext
{
    public static class Default
    {
        public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<Basket> Basket => null!;

        public static System.Text.Json.Serialization.Metadata.JsonTypeInfo<int> Int32 => null!;
    }
}
