global using static ForecastContext;

internal static class ForecastContext
{
    public static ResourcePool tokens => null!;
}
