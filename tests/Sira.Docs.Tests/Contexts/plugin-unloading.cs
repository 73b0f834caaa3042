global using Sira.Plugins.Hosting;
global using Sira.Plugins.LeakDoctor;
global using Sira.Plugins.LeakDoctor.Reports;
global using static PluginUnloadingContext;

internal static class PluginUnloadingContext
{
    public static IPluginHost plugins => null!;

    public static IPluginLeakDoctor doctor => null!;
}
