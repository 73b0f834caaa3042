global using Sira.Storage.Keys;
global using Sira.Storage.Layers;
global using static LayersContext;

internal static class LayersContext
{
    public static byte[] bytes => [];

    public static LayeredEngine layered => null!;

    public static StoreKey key => default;
}
