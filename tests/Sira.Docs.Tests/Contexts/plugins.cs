global using Sira.Plugins.Hosting;
global using static PluginsContext;

internal static class PluginsContext
{
    public static IPluginHost plugins => null!;
}

public sealed class SameRegion : ILoadBalancer
{
    public string Name => "same-region";

    public int Pick(ReadOnlySpan<Endpoint> endpoints, ReadOnlySpan<int> candidates, in BalancingContext context) => 0;
}

public sealed class AcmeChatClient(string model) : DelegatingChatClient(null!)
{
    public string Model => model;
}

public sealed class AcmePlugin : Sira.Kernel.Plugins.ISiraPlugin
{
    public void Configure(ISiraBuilder sira, Sira.Kernel.Plugins.PluginContext context)
    {
    }
}
